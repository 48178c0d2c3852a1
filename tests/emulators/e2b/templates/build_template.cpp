#include "tests/emulators/e2b/templates/build_template.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <nlohmann/json.hpp>

#include "tests/emulators/e2b/core/failure.hpp"
#include "tests/emulators/e2b/templates/guest_shell.hpp"

namespace sandport::e2b_emulator {
namespace {

namespace asio = boost::asio;
using nlohmann::json;
using Words = std::vector<std::string>;

constexpr int kReadyAttempts = 40;
constexpr std::chrono::milliseconds kReadyPause{100};

// What bash would read as more than a variable stands for itself.
std::string neutral(const std::string& value) {
  std::string text;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const bool command = value[i] == '$' && i + 1 < value.size() && value[i + 1] == '(';
    if (value[i] == '\\' || value[i] == '"' || value[i] == '`' || command) text += '\\';
    text += value[i];
  }
  return text;
}

// The folder of a pattern in front of its first wildcard.
std::string base_of(const std::string& source) {
  const std::size_t wildcard = source.find_first_of("*?[{");
  if (wildcard == std::string::npos) return source;
  const std::size_t slash = source.rfind('/', wildcard);
  return slash == std::string::npos ? "." : source.substr(0, slash);
}

// Arguments: archive, base entry, destination, mode. A folder's content is merged into the
// destination; a file goes to it, or into it when it ends with a slash.
constexpr const char* kUnpack = R"sh(
set -e
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
tar -xzf "$1" -C "$scratch"
from=$scratch/$2
if [ -d "$from" ] && [ ! -L "$from" ]; then
  [ -z "$4" ] || chmod -R "$4" "$from"
  mkdir -p "$3"
  cp -a "$from/." "$3"
else
  [ -z "$4" ] || [ -L "$from" ] || chmod "$4" "$from"
  case $3 in */) mkdir -p "$3" ;; *) mkdir -p "$(dirname "$3")" ;; esac
  cp -aT "$from" "$(case $3 in */) echo "$3$(basename "$2")" ;; *) echo "$3" ;; esac)"
fi
)sh";

class Building {
 public:
  Building(World& world, TemplateBuild& build, std::shared_ptr<EmulatedSandbox> machine)
      : world_(world),
        build_(build),
        shell_(world, *machine, build),
        machine_(std::move(machine)) {}

  Task<void> run(const json& request) {
    const json steps = request.value("steps", json::array());
    for (std::size_t i = 0; i < steps.size(); ++i) {
      step_ = std::to_string(i + 1);
      if (build_.cancelled) throw HttpFailure(400, "build was cancelled");
      const Words args = steps[i].at("args").get<Words>();
      const std::string type = steps[i].at("type").get<std::string>();
      build_.log("info",
                 "[" + step_ + "/" + std::to_string(steps.size()) + "] " + type + " " +
                     (args.empty() ? "" : args.front()),
                 step_);
      co_await run_step(type, args, steps[i]);
    }
    step_ = "finalize";
    co_await finalize(request);
  }

  [[nodiscard]] const std::string& step() const { return step_; }

 private:
  Task<void> run_step(const std::string& type, const Words& args, const json& step) {
    if (type == "RUN") {
      co_await run_command(args);
    } else if (type == "COPY" || type == "ADD") {
      co_await copy(args, step.value("filesHash", ""));
    } else if (type == "ENV" || type == "ARG") {
      co_await set_environment(args);
    } else if (type == "USER") {
      user_ = args.at(0);
    } else if (type == "WORKDIR") {
      co_await set_directory(args.at(0));
    } else {
      throw HttpFailure(400, "unknown step type " + type);
    }
  }

  [[nodiscard]] GuestCommand command(std::string script) const {
    GuestCommand made;
    made.script = std::move(script);
    made.user = user_;
    made.directory = directory_;
    made.environment = environment_;
    return made;
  }

  [[nodiscard]] GuestShell::OnLine logger() {
    return [this](std::string line) { build_.log("info", std::move(line), step_); };
  }

  Task<void> run_command(const Words& args) {
    GuestCommand made = command(args.at(0));
    if (args.size() > 1) made.user = args[1];
    auto on_line = logger();
    const int code = co_await shell_.run(std::move(made), std::move(on_line));
    if (build_.cancelled) throw HttpFailure(400, "build was cancelled");
    if (code != 0) {
      throw HttpFailure(
          400, "failed to run command '" + args[0] + "': exit status " + std::to_string(code));
    }
  }

  // Relative paths are below the directory, or the user's home.
  [[nodiscard]] std::string absolute(const std::string& path) const {
    if (path.starts_with('/')) return path;
    const std::string home = user_ == "root" ? "/root" : "/home/user";
    return (directory_.empty() ? home : directory_) + '/' + path;
  }

  Task<void> copy(const Words& args, std::string hash) {
    const auto archive = world_.template_store.archives.find(hash);
    if (archive == world_.template_store.archives.end()) {
      throw HttpFailure(400, "the files of " + args.at(0) + " were not uploaded");
    }
    const std::string to = absolute(args.at(1));
    // A path of this machine loses its last slash.
    const std::string slash = to.ends_with('/') ? "/" : "";
    Words script{"/bin/bash",
                 "-c",
                 kUnpack,
                 "unpack",
                 archive->second,
                 base_of(args[0]),
                 shell_.outside(to) + slash,
                 args.size() > 3 ? args[3] : ""};
    const std::string problem = co_await shell_.run_outside(std::move(script));
    if (!problem.empty()) throw HttpFailure(400, "failed to copy: " + problem);
  }

  Task<void> set_environment(const Words& args) {
    for (std::size_t i = 0; i + 1 < args.size(); i += 2) {
      GuestCommand made;
      made.script = "printf %s \"" + neutral(args[i + 1]) + '"';
      made.user = "root";
      made.directory = "/";
      std::string value;
      const int code = co_await shell_.run(std::move(made), [&value](const std::string& line) {
        value += (value.empty() ? "" : "\n") + line;
      });
      if (code != 0) throw HttpFailure(400, "failed to evaluate " + args[i]);
      environment_[args[i]] = value;
    }
  }

  Task<void> set_directory(std::string path) {
    if (!path.starts_with('/')) path = (directory_.empty() ? "" : directory_) + '/' + path;
    Words make{"mkdir", "-p", shell_.outside(path)};
    const std::string problem = co_await shell_.run_outside(std::move(make));
    if (!problem.empty()) throw HttpFailure(400, "failed to make " + path + ": " + problem);
    directory_ = std::move(path);
  }

  // The start command is left running only as long as it is waited for: processes are not kept.
  Task<void> finalize(const json& request) {
    const std::string start = request.value("startCmd", "");
    const std::string ready = request.value("readyCmd", "");
    std::unique_ptr<Process> service;
    if (!start.empty()) {
      GuestCommand served = command(start);
      service = co_await shell_.start(std::move(served));
    }
    std::optional<HttpFailure> failure;
    try {
      // A sleep waits for nothing that could be seen here.
      if (!ready.empty() && !ready.starts_with("sleep ")) co_await wait_until_ready(ready);
    } catch (const HttpFailure& thrown) {
      failure = thrown;
    }
    if (service) co_await service->signal(SIGKILL);
    if (failure) throw HttpFailure(*failure);
  }

  Task<void> wait_until_ready(const std::string& ready) {
    asio::steady_timer timer(co_await asio::this_coro::executor);
    for (int attempt = 0; attempt < kReadyAttempts; ++attempt) {
      GuestCommand probe = command(ready);
      auto on_line = logger();
      const int code = co_await shell_.run(std::move(probe), std::move(on_line));
      if (code == 0) co_return;
      if (build_.cancelled) throw HttpFailure(400, "build was cancelled");
      timer.expires_after(kReadyPause);
      co_await timer.async_wait(asio::use_awaitable);
    }
    throw HttpFailure(400, "the ready command did not succeed: " + ready);
  }

  World& world_;
  TemplateBuild& build_;
  GuestShell shell_;
  std::shared_ptr<EmulatedSandbox> machine_;
  std::string step_ = "base";
  std::string user_ = "user";
  std::string directory_;
  std::map<std::string, std::string> environment_;
};

// Where a build starts from: a template of ours, one that always existed, or any image.
const Snapshot* base_snapshot(World& world, const json& request) {
  const std::string name = request.value("fromTemplate", "");
  if (name.empty()) {
    const std::string image = request.value("fromImage", "");
    if (image.find("does-not-exist") != std::string::npos) {
      throw HttpFailure(400, "failed to pull image '" + image + "': not found");
    }
    return nullptr;
  }
  if (const Snapshot* snapshot = world.find_snapshot(name)) return snapshot;
  for (const EmulatedTemplate& known : world.templates) {
    if (known.id == name || known.name == name) return nullptr;
  }
  throw HttpFailure(400, "base template '" + name + "' not found");
}

// Sandboxes find the files under the template's id and names.
Task<void> keep_result(World& world, const TemplateBuild& build, EmulatedSandbox& machine) {
  BuiltTemplate& made = world.template_store.templates.at(build.template_id);
  auto snapshot = std::make_unique<Snapshot>();
  snapshot->id = made.id;
  snapshot->names = {made.alias};
  for (const auto& [tag, build_id] : made.tags) {
    snapshot->names.push_back(made.alias + ':' + tag);
    snapshot->names.push_back(made.id + ':' + tag);
  }
  snapshot->root = machine.root;
  snapshot->holder = std::move(machine.sandbox);
  std::unique_ptr<Snapshot> old;
  for (auto& known : world.snapshots) {
    if (known->id == made.id) old = std::exchange(known, nullptr);
  }
  std::erase(world.snapshots, nullptr);
  world.snapshots.push_back(std::move(snapshot));
  if (old) co_await old->holder->dispose();
}

}  // namespace

Task<void> build_template(World& world, std::shared_ptr<TemplateBuild> build, json request) {
  build->state = BuildState::kBuilding;
  std::shared_ptr<EmulatedSandbox> machine;
  std::optional<Building> building;
  std::string problem;
  try {
    const Snapshot* origin = base_snapshot(world, request);
    machine = co_await world.make_sandbox(origin);
    building.emplace(world, *build, machine);
    co_await building->run(request);
  } catch (const std::exception& error) {
    problem = error.what();
  }
  if (problem.empty() && build->cancelled) problem = "build was cancelled";
  if (problem.empty()) {
    co_await keep_result(world, *build, *machine);
    build->log("info", "the template is ready", "finalize");
    build->state = BuildState::kReady;
  } else {
    build->reason = problem;
    build->reason_step = building ? building->step() : "base";
    build->log("error", "Build failed: " + problem, build->reason_step);
    building.reset();
    if (machine && machine->sandbox) co_await machine->sandbox->dispose();
    build->state = BuildState::kError;
  }
  build->running = false;
  build->changed.notify();
}

Task<void> cancel_build(std::shared_ptr<TemplateBuild> build) {
  build->cancelled = true;
  const std::shared_ptr<Process> process = build->process;
  if (process) co_await process->signal(SIGKILL);
  while (build->running) co_await build->changed.wait();
}

}  // namespace sandport::e2b_emulator

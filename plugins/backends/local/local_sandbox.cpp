#include "local_sandbox.hpp"

#include <sys/stat.h>

#include <boost/asio/post.hpp>
#include <csignal>
#include <nlohmann/json.hpp>

#include "posix_error.hpp"
#include "process/attached_process.hpp"
#include "process/detached_process.hpp"
#include "process/process_directory.hpp"
#include "sdk_error.hpp"

namespace sandport_local {
namespace {

constexpr const char* kDefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

std::vector<Roots::Spec> root_specs(const Metadata& metadata, const Options& options) {
  std::vector<Roots::Spec> specs{{.path = metadata.root}};
  specs.insert(specs.end(), options.allow_paths.begin(), options.allow_paths.end());
  return specs;
}

std::string dump(const nlohmann::json& json) {
  // Paths and arguments need not be UTF-8; here they are for show.
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

std::string home_of(const Metadata& metadata, const BackendShared& shared) {
  const bool own = shared.options.home == Home::kSandbox ||
                   (shared.options.home == Home::kAuto && metadata.owner == Owner::kSandbox);
  return own ? metadata.root : shared.user_home;
}

std::string describe_sandbox(const Metadata& metadata, const std::string& home,
                             const std::string& user) {
  struct stat status {};
  const bool present = ::stat(metadata.root.c_str(), &status) == 0;
  return dump({{"id", metadata.id},
               {"state", present ? "running" : "ended"},
               {"home", home},
               {"work_dir", metadata.work_dir},
               {"root", metadata.root},
               {"user", user},
               {"os", "linux"},
               {"created_at", metadata.created_at},
               {"labels", metadata.labels}});
}

LocalSandbox::LocalSandbox(const BackendShared& shared, Metadata metadata,
                           const Environment& environment)
    : shared_(shared),
      metadata_(std::move(metadata)),
      home_(home_of(metadata_, shared)),
      environment_(shared.inherited),
      roots_(root_specs(metadata_, shared.options)),
      processes_{shared.thread,
                 shared.supervisor,
                 shared.store.processes_of(metadata_.id),
                 shared.options.journal_bytes,
                 shared.options.output_grace,
                 std::make_shared<Survivors>(),
                 {},
                 {}},
      files_(shared.host, roots_),
      watch_(shared.host, shared.thread, roots_) {
  environment_.try_emplace("PATH", kDefaultPath);
  environment_["HOME"] = home_;
  for (const Environment& more : {shared.options.env, environment}) {
    for (const auto& [name, value] : more) environment_[name] = value;
  }
}

LocalSandbox::~LocalSandbox() {
  boost::asio::post(shared_.thread.context(),
                    [survivors = processes_.survivors] { survivors->end(); });
}

std::string LocalSandbox::info_now() const {
  return describe_sandbox(metadata_, home_, shared_.user);
}

sandport::Task<std::string> LocalSandbox::info() {
  return sandport::on_pool(shared_.host, [this] { return info_now(); });
}

Environment LocalSandbox::environment_for(const sandport::ExecRequest& request,
                                          const std::string& cwd) const {
  Environment environment = environment_;
  environment["PWD"] = cwd;
  add_variables(&environment, request.env);
  return environment;
}

std::shared_ptr<sandport::Process> LocalSandbox::make(sandport::ExecRequest request,
                                                      std::optional<TerminalDimensions> terminal) {
  const std::string cwd = request.cwd.empty() ? metadata_.work_dir : request.cwd;
  translated([&] { require_absolute(cwd); });
  Command command;
  command.tag = request.tag;
  command.kill_on_cancel = request.on_cancel == sandport::OnCancel::kKill;
  SpawnRequest& spawn_request = command.spawn;
  Environment environment = environment_for(request, cwd);
  if (!request.user.empty()) {
    User user = find_user(request.user);
    if (!user.is_current) {
      for (const auto& [name, value] : {std::pair<std::string, std::string>{"HOME", user.home},
                                        {"USER", user.name},
                                        {"LOGNAME", user.name},
                                        {"SHELL", user.shell}}) {
        environment[name] = value;
      }
      add_variables(&environment, request.env);
      spawn_request.identity = std::move(user.identity);
    }
  }
  if (terminal) environment.try_emplace("TERM", "xterm-256color");
  spawn_request.argv = std::move(request.argv);
  spawn_request.environment = to_strings(environment);
  spawn_request.cwd = cwd;
  spawn_request.timeout_ms = static_cast<std::uint64_t>(request.timeout.count());
  spawn_request.grace_ms = static_cast<std::uint64_t>(processes_.grace.count());
  spawn_request.journal_bytes = processes_.journal_bytes;
  spawn_request.input = request.stdin_mode == sandport::Stdin::kPipe;
  spawn_request.terminal = terminal;
  if (request.lifetime == sandport::Lifetime::kDetached) {
    return std::make_shared<DetachedProcess>(processes_, std::move(command));
  }
  return std::make_shared<AttachedProcess>(processes_, std::move(command));
}

std::shared_ptr<sandport::Process> LocalSandbox::exec(sandport::ExecRequest request) {
  return make(std::move(request), std::nullopt);
}

std::shared_ptr<sandport::Process> LocalSandbox::exec(sandport::ExecRequest request,
                                                      sandport::TerminalSize size) {
  return make(std::move(request), TerminalDimensions{size.rows, size.columns});
}

std::shared_ptr<sandport::Process> LocalSandbox::attach(sandport::AttachRequest request) {
  return std::make_shared<DetachedProcess>(processes_, std::move(request));
}

sandport::Task<std::string> LocalSandbox::processes() {
  return sandport::on_pool(shared_.host, [this] {
    nlohmann::json list = nlohmann::json::array();
    for (const KeptProcess& process : kept_processes(processes_.processes)) {
      const auto exit = read_exit(process.directory);
      nlohmann::json item{{"pid", process.pid},   {"tag", process.tag},
                          {"argv", process.argv}, {"cwd", process.cwd},
                          {"detached", true},     {"running", is_running(process)}};
      if (exit) item["exit_code"] = exit->code;
      list.push_back(std::move(item));
    }
    const std::lock_guard lock(processes_.mutex);
    for (const auto& [pid, live] : processes_.live) {
      list.push_back({{"pid", pid},
                      {"tag", live.tag},
                      {"argv", live.argv},
                      {"cwd", live.cwd},
                      {"detached", false},
                      {"running", true}});
    }
    return dump(list);
  });
}

sandport::Task<std::string> LocalSandbox::host_url(std::uint32_t port) {
  if (port == 0 || port > 65535) {
    throw sandport::Error(SP_INVALID_ARGUMENT,
                          std::to_string(port) + " is no port; ports are 1 to 65535");
  }
  co_return dump(
      {{"url", "http://127.0.0.1:" + std::to_string(port)}, {"headers", nlohmann::json::object()}});
}

sandport::Task<void> LocalSandbox::dispose() {
  co_await shared_.thread.enter();
  processes_.survivors->end();
  {
    const std::lock_guard lock(processes_.mutex);
    for (const auto& [pid, live] : processes_.live) {
      Control(live.control).send(MessageType::kSignal, SIGKILL);
    }
  }
  co_await sandport::on_pool(shared_.host,
                             [this] { translated([&] { shared_.store.dispose(metadata_.id); }); });
}

}  // namespace sandport_local

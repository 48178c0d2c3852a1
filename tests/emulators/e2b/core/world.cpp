#include "tests/emulators/e2b/core/world.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <csignal>
#include <nlohmann/json.hpp>
#include <random>

#include "core/bytes.hpp"
#include "tests/emulators/e2b/envd/watcher.hpp"
#include "tests/emulators/e2b/templates/build_template.hpp"

namespace sandport::e2b_emulator {
namespace asio = boost::asio;

namespace {

// Runs to its end; throws Error kInternal with what it said when it fails.
Task<void> run_tool(Sandbox& sandbox, std::vector<std::string> argv) {
  ExecRequest request;
  request.argv = std::move(argv);
  request.env = {{"PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}};
  const std::string name = request.argv.front();
  const std::unique_ptr<Process> process = co_await sandbox.exec(std::move(request));
  std::string said;
  for (;;) {
    const std::optional<OutputChunk> chunk = co_await process->next_output();
    if (!chunk) break;
    said += chunk->bytes;
  }
  const ExitStatus status = co_await process->wait();
  if (!status.success()) throw Error(Code::kInternal, name + " failed: " + said);
}

}  // namespace

std::string random_id(std::size_t length) {
  static constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz0123456789";
  std::random_device source;
  std::uniform_int_distribution<std::size_t> pick(0, kLetters.size() - 1);
  std::string id;
  while (id.size() < length) id += kLetters[pick(source)];
  return id;
}

World::World(EmulatorOptions given, LocalHost& local_host)
    : options(std::move(given)), local(local_host) {
  for (const std::string& name : options.templates) templates.push_back({random_id(20), name});
}

Task<std::shared_ptr<EmulatedSandbox>> World::make_sandbox(const Snapshot* origin) {
  const auto made = std::make_shared<EmulatedSandbox>(executor, "i" + random_id(20));
  SandboxSpec spec;  // named: g++ 12 destroys one made inside the expression twice
  made->sandbox = co_await local.backend().create(std::move(spec));
  made->root = nlohmann::json::parse(made->sandbox->info().json).at("root").get<std::string>();
  if (origin != nullptr) {
    co_await copy_root(*made->sandbox, origin->root, made->root);
  } else {
    std::vector<std::string> prepare{guest_program.native(), "--prepare", made->root};
    co_await run_tool(*made->sandbox, std::move(prepare));
  }
  co_await boot(*made);
  made->envd_version = options.envd_version;
  co_return made;
}

void World::start(const std::shared_ptr<EmulatedSandbox>& sandbox, std::chrono::seconds life) {
  sandbox->started_at = std::chrono::system_clock::now();
  sandbox->log("info", "started");
  set_deadline(sandbox, sandbox->started_at + life);
  sandboxes[sandbox->id] = sandbox;
  order.push_back(sandbox->id);
}

Task<void> World::boot(EmulatedSandbox& sandbox) {
  std::string id;
  for (const std::size_t length : {8, 4, 4, 4, 12}) {
    if (!id.empty()) id += '-';
    id += random_id(length);
  }
  auto content = std::make_unique<StringStream>(id + "\n");
  static_cast<void>(co_await sandbox.sandbox->files().write(sandbox.root + "/run/boot_id",
                                                            std::move(content), id.size() + 1,
                                                            WriteMode::kReplace, Parents::kCreate));
}

Task<void> World::copy_root(Sandbox& through, std::string from, std::string to) {
  std::vector<std::string> copy{"cp", "-a", "--reflink=auto", from + "/.", to};
  co_await run_tool(through, std::move(copy));
}

std::shared_ptr<EmulatedSandbox> World::find(const std::string& id) const {
  // The old form is <id>-<client id>.
  const auto found = sandboxes.find(id.substr(0, id.find('-')));
  return found == sandboxes.end() ? nullptr : found->second;
}

Snapshot* World::find_snapshot(const std::string& name) {
  for (const auto& snapshot : snapshots) {
    const auto& names = snapshot->names;
    if (snapshot->id == name || std::find(names.begin(), names.end(), name) != names.end()) {
      return snapshot.get();
    }
  }
  return nullptr;
}

std::size_t World::running() const {
  return static_cast<std::size_t>(
      std::count_if(sandboxes.begin(), sandboxes.end(),
                    [](const auto& entry) { return entry.second->state == VmState::kRunning; }));
}

bool World::at_least(const char* version) const {
  return version_at_least(options.envd_version, version);
}

Task<void> World::pause(std::shared_ptr<EmulatedSandbox> sandbox, bool keep_memory) {
  sandbox->state = VmState::kPaused;
  sandbox->memory_kept = keep_memory;
  sandbox->changing = true;
  sandbox->deadline.cancel();
  sandbox->cut_streams();
  sandbox->log("info", "paused");
  const auto processes = sandbox->processes;
  for (const auto& [pid, process] : processes) {
    if (!process->ended()) co_await process->process().signal(keep_memory ? SIGSTOP : SIGKILL);
  }
  if (!keep_memory) {
    sandbox->processes.clear();
    sandbox->watchers.clear();
    co_await boot(*sandbox);
  }
  sandbox->changing = false;
  sandbox->changed.notify();
}

Task<void> World::pause_with_memory(std::shared_ptr<EmulatedSandbox> sandbox) {
  co_await pause(sandbox, true);
}

Task<void> World::resume(std::shared_ptr<EmulatedSandbox> sandbox) {
  const auto processes = sandbox->processes;
  for (const auto& [pid, process] : processes) {
    if (!process->ended()) {
      co_await process->process().signal(sandbox->memory_kept ? SIGCONT : SIGKILL);
    }
  }
  if (!sandbox->memory_kept) {
    sandbox->processes.clear();
    sandbox->watchers.clear();
    co_await boot(*sandbox);
  }
  sandbox->state = VmState::kRunning;
  sandbox->memory_kept = true;
  sandbox->log("info", "resumed");
  sandbox->changed.notify();
}

Task<void> World::kill(std::shared_ptr<EmulatedSandbox> sandbox) {
  sandboxes.erase(sandbox->id);
  std::erase(order, sandbox->id);
  sandbox->state = VmState::kKilled;
  sandbox->deadline.cancel();
  sandbox->cut_streams();
  sandbox->watchers.clear();
  const auto processes = std::exchange(sandbox->processes, {});
  for (const auto& [pid, process] : processes) {
    // A stopped one has to go on to die with its tree.
    if (!process->ended()) co_await process->process().signal(SIGKILL);
  }
  co_await sandbox->sandbox->dispose();
  sandbox->changed.notify();
}

Task<void> World::expire(std::shared_ptr<EmulatedSandbox> sandbox) {
  if (sandbox->auto_pause) {
    co_await pause(sandbox, sandbox->auto_pause_memory);
  } else {
    co_await kill(sandbox);
  }
}

Task<std::vector<std::string>> World::list_ids() { co_return order; }

Task<void> World::end() {
  const auto builds = template_store.builds;
  for (const auto& [id, build] : builds) co_await cancel_build(build);
  const auto all = sandboxes;
  for (const auto& [id, sandbox] : all) co_await kill(sandbox);
  for (const auto& snapshot : snapshots) co_await snapshot->holder->dispose();
}

void World::set_deadline(const std::shared_ptr<EmulatedSandbox>& sandbox, WallTime end) {
  sandbox->end_at = end;
  sandbox->deadline.expires_after(std::max(std::chrono::system_clock::duration::zero(),
                                           end - std::chrono::system_clock::now()));
  const std::weak_ptr<EmulatedSandbox> weak = sandbox;
  sandbox->deadline.async_wait([this, weak](const boost::system::error_code& error) {
    const auto expired = weak.lock();
    if (error || !expired || expired->state != VmState::kRunning) return;
    asio::co_spawn(executor, expire(expired), asio::detached);
  });
}

}  // namespace sandport::e2b_emulator

#include "tests/emulators/e2b/envd/process_start.hpp"

#include <nlohmann/json.hpp>

#include "tests/emulators/e2b/envd/guest_files.hpp"
#include "tests/emulators/e2b/envd/rpc.hpp"

namespace sandport::e2b_emulator {
namespace {

using nlohmann::json;

constexpr const char* kGuestPath =
    "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/opt/emulator/bin";

std::vector<std::string> command_of(const json& process) {
  std::vector<std::string> command{string_member(process, "cmd")};
  if (process.contains("args")) {
    for (const json& argument : process.at("args")) command.push_back(argument.get<std::string>());
  }
  return command;
}

// In the order in which later ones win.
std::vector<std::pair<std::string, std::string>> environment_of(const EmulatedSandbox& sandbox,
                                                                const json& process,
                                                                const GuestUser& user,
                                                                const std::string& home) {
  std::map<std::string, std::string> all{{"PATH", kGuestPath},
                                         {"HOME", home},
                                         {"USER", user.name},
                                         {"LOGNAME", user.name},
                                         {"E2B_SANDBOX", "true"},
                                         {"E2B_SANDBOX_ID", sandbox.id},
                                         {"E2B_TEMPLATE_ID", sandbox.template_id}};
  for (const auto& [name, value] : sandbox.environment) all[name] = value;
  const json more = object_member(process, "envs");
  for (const auto& [name, value] : more.items()) all[name] = value.get<std::string>();
  return {all.begin(), all.end()};
}

std::string working_directory(const json& process, const GuestUser& user) {
  return resolve_guest_path(string_member(process, "cwd"), user);
}

Task<void> check_directory(GuestFiles& guest, const std::string& directory) {
  std::string problem;
  try {
    const FileEntry entry = co_await guest.stat(directory, Symlinks::kFollow);
    if (entry.type == FileType::kDirectory) co_return;
    problem = "is not a directory";
  } catch (const Error&) {
    problem = "does not exist";
  }
  throw ConnectFailure(Code::kInvalidArgument, "cwd '" + directory + "' " + problem);
}

PtySize terminal_size(const json& pty) {
  const json size = object_member(pty, "size");
  PtySize result;
  result.rows = static_cast<std::uint16_t>(number_member(size, "rows"));
  result.columns = static_cast<std::uint16_t>(number_member(size, "cols"));
  return result;
}

}  // namespace

Task<std::shared_ptr<RunningProcess>> start_guest_process(World& world,
                                                          std::shared_ptr<EmulatedSandbox> sandbox,
                                                          const json& request,
                                                          const GuestUser& user) {
  const json process = object_member(request, "process");
  const bool terminal = request.contains("pty") && !request["pty"].is_null();
  const bool isolated = world.isolation == Isolation::kNamespace;
  GuestFiles guest(*sandbox);
  const std::string directory = working_directory(process, user);
  co_await check_directory(guest, directory);

  std::vector<std::string> command = command_of(process);
  ExecRequest exec;
  exec.env =
      environment_of(*sandbox, process, user, isolated ? user.home : guest.outside(user.home));
  if (isolated) {
    exec.argv = {world.guest_program.native(), "--enter", sandbox->root, std::to_string(user.uid),
                 directory};
    exec.cwd = sandbox->root;
  } else {
    exec.cwd = guest.outside(directory);
  }
  exec.argv.insert(exec.argv.end(), command.begin(), command.end());
  ProcessSettings settings;
  settings.config = process.dump();
  if (request.contains("tag")) settings.tag = string_member(request, "tag");
  if (terminal) {
    exec.pty = terminal_size(request["pty"]);
    settings.input = ProcessInput::kTerminal;
  } else if (bool_member(request, "stdin", true) || !world.at_least("0.3.0")) {
    exec.stdin_mode = StdinMode::kPipe;
    settings.input = ProcessInput::kPipe;
  }
  std::unique_ptr<Process> started;
  std::string problem;
  try {
    started = co_await sandbox->sandbox->exec(std::move(exec));
  } catch (const Error& error) {
    problem = error.what();
  }
  if (!started) {
    throw ConnectFailure(Code::kInvalidArgument,
                         "error starting process '" + command.front() + "': " + problem);
  }
  auto running =
      std::make_shared<RunningProcess>(world.executor, std::move(started), std::move(settings));
  sandbox->processes[running->pid()] = running;
  sandbox->log("info", "Process with pid " + std::to_string(running->pid()) + " started");
  co_return running;
}

}  // namespace sandport::e2b_emulator

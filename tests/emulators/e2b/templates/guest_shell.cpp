#include "tests/emulators/e2b/templates/guest_shell.hpp"

#include "tests/emulators/e2b/core/failure.hpp"
#include "tests/emulators/e2b/envd/guest_files.hpp"
#include "tests/emulators/e2b/envd/guest_user.hpp"

namespace sandport::e2b_emulator {
namespace {

constexpr const char* kPath =
    "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/opt/emulator/bin";

}  // namespace

std::string GuestShell::outside(const std::string& path) const {
  return GuestFiles(machine_).outside(path);
}

ExecRequest GuestShell::request(const GuestCommand& command) const {
  const auto user = find_guest_user(command.user);
  if (!user) throw HttpFailure(400, "user '" + command.user + "' does not exist");
  const bool isolated = world_.isolation == Isolation::kNamespace;
  const std::string directory = command.directory.empty() ? user->home : command.directory;
  ExecRequest made;
  made.env = {{"PATH", kPath},
              {"HOME", isolated ? user->home : outside(user->home)},
              {"USER", user->name},
              {"LOGNAME", user->name}};
  for (const auto& [name, value] : command.environment) made.env.emplace_back(name, value);
  if (isolated) {
    made.argv = {world_.guest_program.native(), "--enter", machine_.root, std::to_string(user->uid),
                 directory};
    made.cwd = machine_.root;
  } else {
    made.cwd = outside(directory);
  }
  for (const char* word : {"/bin/bash", "-l", "-c"}) made.argv.emplace_back(word);
  made.argv.push_back(command.script);
  return made;
}

Task<std::unique_ptr<Process>> GuestShell::start(GuestCommand command) {
  ExecRequest made = request(command);
  co_return co_await machine_.sandbox->exec(std::move(made));
}

Task<int> GuestShell::run(GuestCommand command, OnLine on_line) {
  std::unique_ptr<Process> started = co_await start(std::move(command));
  build_.process = std::move(started);
  co_return co_await follow(std::move(on_line));
}

Task<int> GuestShell::follow(OnLine on_line) {
  const std::shared_ptr<Process> process = build_.process;
  std::string rest;
  for (;;) {
    const std::optional<OutputChunk> chunk = co_await process->next_output();
    if (!chunk) break;
    rest += chunk->bytes;
    for (std::size_t end = rest.find('\n'); end != std::string::npos; end = rest.find('\n')) {
      on_line(rest.substr(0, end));
      rest.erase(0, end + 1);
    }
  }
  if (!rest.empty()) on_line(rest);
  const ExitStatus status = co_await process->wait();
  build_.process.reset();
  co_return status.exit_code;
}

Task<std::string> GuestShell::run_outside(std::vector<std::string> argv) {
  ExecRequest made;
  made.argv = std::move(argv);
  made.env = {{"PATH", kPath}};
  std::unique_ptr<Process> started = co_await machine_.sandbox->exec(std::move(made));
  build_.process = std::move(started);
  std::string said;
  const int code = co_await follow([&said](const std::string& line) { said += line + '\n'; });
  co_return code == 0 ? std::string() : said.empty() ? "exit status " + std::to_string(code) : said;
}

}  // namespace sandport::e2b_emulator

#include "tests/emulators/e2b/core/isolation.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "core/error.hpp"

namespace sandport::e2b_emulator {
namespace {

// Its exit status, or -1. Says nothing.
int run_quietly(const std::string& program, std::string option, std::string argument) {
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  std::string name = program;
  char* const argv[] = {name.data(), option.data(), argument.data(), nullptr};
  pid_t pid = 0;
  const int refused = ::posix_spawn(&pid, program.c_str(), &actions, nullptr, argv, environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (refused != 0) return -1;
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0) {
    if (errno != EINTR) return -1;
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

Isolation choose_isolation(Isolation wanted, const std::filesystem::path& guest_program,
                           const std::filesystem::path& scratch) {
  if (wanted == Isolation::kNone) return wanted;
  const auto probe = scratch / "probe";
  std::filesystem::create_directories(probe);
  const bool permitted = run_quietly(guest_program, "--probe", probe) == 0;
  if (permitted) return Isolation::kNamespace;
  if (wanted == Isolation::kBest) return Isolation::kNone;
  throw Error(Code::kFailedPrecondition, "user and mount namespaces are not permitted here; see `" +
                                             guest_program.native() + " --probe DIRECTORY`");
}

}  // namespace sandport::e2b_emulator

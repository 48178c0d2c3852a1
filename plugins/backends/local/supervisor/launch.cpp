#include "supervisor/launch.hpp"

#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace sandport_local {
namespace {

struct Failure {
  Stage stage;
  int error;
};

[[noreturn]] void give_up(int report, Stage stage) {
  const Failure failure{stage, errno};
  // The parent reads an end of file when even this fails, and reports that.
  while (::write(report, &failure, sizeof failure) < 0 && errno == EINTR) {
  }
  ::_exit(127);
}

void default_signals() {
  for (int number = 1; number <= SIGRTMAX; ++number) ::signal(number, SIG_DFL);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

[[noreturn]] void run_child(const ParsedRequest& request, int report, pid_t parent) {
  default_signals();
  if (::setsid() < 0) give_up(report, Stage::kSystem);
  if (request.has(kRequestPty) && ::ioctl(STDIN_FILENO, TIOCSCTTY, 0) != 0) {
    give_up(report, Stage::kSystem);
  }
  if (request.has(kRequestIdentity)) {
    if (::setgroups(request.groups.size(), request.groups.data()) != 0 ||
        ::setgid(request.head.gid) != 0 || ::setuid(request.head.uid) != 0) {
      give_up(report, Stage::kIdentity);
    }
  }
  // After the change of identity, which would clear it.
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(127);
  if (::chdir(request.directory) != 0) give_up(report, Stage::kDirectory);
  environ = const_cast<char**>(request.environment.data());
  ::execvp(request.arguments[0], request.arguments.data());
  give_up(report, Stage::kExecute);
}

bool read_whole(int fd, std::vector<char>* bytes) {
  struct stat status {};
  if (::fstat(fd, &status) != 0) return false;
  bytes->resize(static_cast<std::size_t>(status.st_size));
  std::size_t done = 0;
  while (done < bytes->size()) {
    const ssize_t size =
        ::pread(fd, bytes->data() + done, bytes->size() - done, static_cast<off_t>(done));
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return false;
    done += static_cast<std::size_t>(size);
  }
  return true;
}

}  // namespace

bool read_request(int fd, ParsedRequest* request) {
  if (!read_whole(fd, &request->bytes)) return false;
  std::vector<char>& bytes = request->bytes;
  if (bytes.size() < sizeof(Request)) return false;
  std::memcpy(&request->head, bytes.data(), sizeof(Request));
  if (request->head.magic != kRequestMagic || request->head.argc == 0) return false;
  std::size_t at = sizeof(Request);
  const std::size_t group_bytes = request->head.group_count * sizeof(gid_t);
  if (bytes.size() - at < group_bytes) return false;
  request->groups.resize(request->head.group_count);
  if (group_bytes > 0) std::memcpy(request->groups.data(), bytes.data() + at, group_bytes);
  at += group_bytes;
  std::vector<char*> strings;
  while (at < bytes.size()) {
    const void* end = std::memchr(bytes.data() + at, '\0', bytes.size() - at);
    if (end == nullptr) return false;
    strings.push_back(bytes.data() + at);
    at = static_cast<std::size_t>(static_cast<const char*>(end) - bytes.data()) + 1;
  }
  if (strings.size() != 1 + std::size_t{request->head.argc} + request->head.envc) return false;
  request->directory = strings[0];
  const auto arguments = strings.begin() + 1;
  const auto environment = arguments + request->head.argc;
  request->arguments.assign(arguments, environment);
  request->arguments.push_back(nullptr);
  request->environment.assign(environment, strings.end());
  request->environment.push_back(nullptr);
  return true;
}

LaunchResult launch(const ParsedRequest& request) {
  LaunchResult result;
  int report[2];
  if (::pipe2(report, O_CLOEXEC) != 0) {
    result.error = errno;
    return result;
  }
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid == 0) run_child(request, report[1], parent);
  const int fork_error = errno;
  ::close(report[1]);
  if (pid < 0) {
    ::close(report[0]);
    result.error = fork_error;
    return result;
  }
  Failure failure{};
  ssize_t size = 0;
  while ((size = ::read(report[0], &failure, sizeof failure)) < 0 && errno == EINTR) {
  }
  ::close(report[0]);
  if (size == sizeof failure) {
    ::waitpid(pid, nullptr, 0);
    result.stage = failure.stage;
    result.error = failure.error;
    return result;
  }
  result.pid = pid;
  return result;
}

}  // namespace sandport_local

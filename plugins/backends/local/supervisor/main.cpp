// sandport-local-supervisor: started by the local backend, one for every process in a sandbox.
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>

#include "supervisor/launch.hpp"
#include "supervisor/protocol.hpp"
#include "supervisor/supervisor.hpp"

namespace {

using namespace sandport_local;

void forget_standard_streams() {
  const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  for (const int fd : {0, 1, 2}) {
    if (null >= 0) {
      ::dup2(null, fd);
    } else {
      ::close(fd);
    }
  }
  if (null > 2) ::close(null);
}

}  // namespace

int main() {
  ParsedRequest request;
  if (::fcntl(kControlFd, F_GETFD) < 0 || !read_request(kRequestFd, &request)) {
    std::fputs("sandport-local-supervisor is started by sandport's local backend, not by hand\n",
               stderr);
    return 2;
  }
  ::close(kRequestFd);
  // A detached process is not the plugin's to wait for, nor to end.
  if (request.has(kRequestDetached)) {
    const pid_t pid = ::fork();
    if (pid != 0) return pid > 0 ? 0 : 1;
  }
  for (int fd = kControlFd; fd < kSupervisorFds; ++fd) ::fcntl(fd, F_SETFD, FD_CLOEXEC);
  // Away from the host's terminal and its Ctrl-C.
  ::setsid();
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  Supervisor supervisor(request);
  const LaunchResult started = launch(request);
  forget_standard_streams();
  if (started.pid < 0) {
    Message message;
    message.type = MessageType::kFailed;
    message.a = static_cast<std::int32_t>(started.stage);
    message.b = started.error;
    ::send(kControlFd, &message, sizeof message, MSG_NOSIGNAL);
    return 1;
  }
  if (::chdir("/") != 0) return 1;
  return supervisor.run(started.pid);
}

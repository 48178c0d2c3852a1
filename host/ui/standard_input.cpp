#include "host/ui/standard_input.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>

#include "core/error.hpp"
#include "core/session/private_file.hpp"

namespace sandport {
namespace {

// Somebody else who reads from the same terminal or pipe may be faster, and a read would then wait
// where stop() cannot reach it. A description of our own can be non-blocking without changing
// theirs; a regular file needs none, and would lose its position.
FileDescriptor reopened() {
  struct stat status {};
  if (fstat(STDIN_FILENO, &status) != 0) return {};
  if (!S_ISFIFO(status.st_mode) && isatty(STDIN_FILENO) != 1) return {};
  return FileDescriptor(open("/proc/self/fd/0", O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
}

}  // namespace

struct StandardInput::State {
  FileDescriptor own = reopened();
  int source = own.get() >= 0 ? own.get() : STDIN_FILENO;
  FileDescriptor wake{eventfd(0, EFD_CLOEXEC)};
  std::atomic<bool> stopped{false};
};

StandardInput::StandardInput() : state_(std::make_unique<State>()) {
  if (state_->wake.get() < 0) {
    throw Error(Code::kResourceExhausted, "no more files can be opened; raise `ulimit -n`");
  }
}

StandardInput::~StandardInput() = default;

std::string StandardInput::read_some(std::size_t most) {
  while (!state_->stopped) {
    std::array<pollfd, 2> waiting{pollfd{state_->source, POLLIN, 0},
                                  pollfd{state_->wake.get(), POLLIN, 0}};
    poll(waiting.data(), waiting.size(), -1);
    if (waiting[1].revents != 0) break;
    if (waiting[0].revents == 0) continue;
    std::string bytes(most, '\0');
    const ssize_t size = read(state_->source, bytes.data(), bytes.size());
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    bytes.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    return bytes;
  }
  return {};
}

void StandardInput::stop() {
  state_->stopped = true;
  eventfd_write(state_->wake.get(), 1);
}

bool StandardInput::stopped() const { return state_->stopped; }

}  // namespace sandport

#include "supervisor/supervisor.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "supervisor/process_tree.hpp"

namespace sandport_local {
namespace {

// While a tree is being killed: how often it is looked at again, should a process have been hidden.
constexpr std::int64_t kKillAgainMs = 20;

std::int64_t now_ms() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::int64_t>(now.tv_sec) * 1000 + now.tv_nsec / 1'000'000;
}

void close_fd(int& fd) {
  if (fd >= 0) ::close(fd);
  fd = -1;
}

void set_nonblocking(int fd) { ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK); }

}  // namespace

Supervisor::Supervisor(const ParsedRequest& request) : request_(request) {
  sigset_t all;
  ::sigfillset(&all);
  ::sigprocmask(SIG_SETMASK, &all, nullptr);
  sigset_t mine;
  ::sigemptyset(&mine);
  for (const int number : {SIGCHLD, SIGTERM, SIGINT, SIGHUP}) ::sigaddset(&mine, number);
  signals_ = ::signalfd(-1, &mine, SFD_NONBLOCK | SFD_CLOEXEC);
  if (pty()) close_fd(error_);
  if (!request_.has(kRequestInput)) close_fd(input_);
  for (const int fd : {output_, error_, static_cast<int>(kControlFd)}) {
    if (fd >= 0) set_nonblocking(fd);
  }
  if (detached()) {
    set_nonblocking(listen_);
    const auto bound = request_.head.journal_bytes;
    output_journal_ = std::make_unique<Journal>(kDirectoryFd, pty() ? "pty" : "stdout", bound);
    if (!pty()) error_journal_ = std::make_unique<Journal>(kDirectoryFd, "stderr", bound);
    draining_ = true;
  } else {
    close_fd(listen_);
    close_fd(input_);
  }
  clients_.push_back({.fd = kControlFd});
}

int Supervisor::run(pid_t main) {
  first_pid_ = main;
  main_ = main;
  exit_.type = MessageType::kExited;
  if (request_.head.timeout_ms > 0) {
    timeout_at_ = now_ms() + static_cast<std::int64_t>(request_.head.timeout_ms);
  }
  if (detached()) {
    char text[32];
    std::snprintf(text, sizeof text, "%d\n", static_cast<int>(main_));
    write_file(kPidFile, text);
  }
  tell_all();
  for (;;) {
    reap();
    check_deadlines();
    if (empty_) {
      if (detached()) read_rest();
      publish();
    } else {
      maybe_publish();
    }
    tell_all();
    const bool all_told = std::all_of(clients_.begin(), clients_.end(),
                                      [](const Client& client) { return client.told_exit; });
    if (empty_ && all_told) break;
    poll_once();
  }
  if (detached()) ::unlinkat(kDirectoryFd, kControlName, 0);
  return 0;
}

int Supervisor::poll_timeout() const {
  std::int64_t until = -1;
  const auto consider = [&](std::int64_t at) { until = until < 0 ? at : std::min(until, at); };
  const std::int64_t now = now_ms();
  if (timeout_at_ > 0) consider(timeout_at_);
  if (publish_at_ > 0 && !published_) consider(publish_at_);
  if (killing_) consider(now + kKillAgainMs);
  if (until < 0) return -1;
  return static_cast<int>(std::clamp<std::int64_t>(until - now, 0, 3'600'000));
}

void Supervisor::poll_once() {
  std::vector<pollfd> polls;
  polls.push_back({signals_, POLLIN, 0});
  polls.push_back({listen_, POLLIN, 0});
  polls.push_back({draining_ ? output_ : -1, POLLIN, 0});
  polls.push_back({draining_ ? error_ : -1, POLLIN, 0});
  const std::size_t first_client = polls.size();
  for (const Client& client : clients_) {
    polls.push_back({client.fd, static_cast<short>(POLLIN | (client.waits ? POLLOUT : 0)), 0});
  }
  if (::poll(polls.data(), polls.size(), poll_timeout()) <= 0) return;
  if (polls[0].revents != 0) {
    signalfd_siginfo info{};
    while (::read(signals_, &info, sizeof info) == sizeof info) {
      if (info.ssi_signo != SIGCHLD) begin_kill();
    }
  }
  const std::uint64_t part = 1u << 20;
  if (polls[2].revents != 0) read_output(output_, output_journal_.get(), part);
  if (polls[3].revents != 0) read_output(error_, error_journal_.get(), part);
  for (std::size_t i = first_client; i < polls.size(); ++i) {
    Client& client = clients_[i - first_client];
    if ((polls[i].revents & POLLOUT) != 0) client.waits = false;
    if ((polls[i].revents & ~POLLOUT) != 0) serve(client);
  }
  std::erase_if(clients_, [](const Client& client) { return client.fd < 0; });
  if (polls[1].revents != 0) accept_client();
}

void Supervisor::reap() {
  int status = 0;
  for (;;) {
    const pid_t pid = ::waitpid(-1, &status, WNOHANG | __WALL);
    if (pid < 0 && errno == EINTR) continue;
    if (pid < 0) empty_ = true;
    if (pid <= 0) return;
    if (pid == main_) take_status(status);
  }
}

void Supervisor::take_status(int status) {
  main_ended_ = true;
  main_ = -1;
  timeout_at_ = 0;
  auto reason = Reason::kExited;
  if (WIFSIGNALED(status)) {
    reason = Reason::kKilled;
    exit_.c = WTERMSIG(status);
    exit_.b = 128 + exit_.c;
  } else {
    exit_.b = WEXITSTATUS(status);
  }
  if (timed_out_) reason = Reason::kTimeout;
  exit_.a = static_cast<std::int32_t>(reason);
  if (detached()) {
    publish_at_ = now_ms() + static_cast<std::int64_t>(request_.head.grace_ms);
  } else {
    publish();
  }
}

void Supervisor::begin_kill() {
  if (!killing_ && !empty_) kill_descendants(main_);
  killing_ = true;
}

void Supervisor::check_deadlines() {
  if (timeout_at_ > 0 && now_ms() >= timeout_at_) {
    timeout_at_ = 0;
    timed_out_ = true;
    begin_kill();
    return;
  }
  // Something may have been born, or come to us, since the last round.
  if (killing_ && !empty_) kill_descendants(main_);
}

void Supervisor::read_output(int& fd, Journal* journal, std::uint64_t most) {
  char buffer[65536];
  while (fd >= 0 && most > 0) {
    const ssize_t size = ::read(fd, buffer, std::min<std::uint64_t>(sizeof buffer, most));
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && errno == EAGAIN) return;
    if (size <= 0) {  // the end; EIO is a terminal's
      close_fd(fd);
      return;
    }
    if (journal != nullptr) journal->append(buffer, static_cast<std::size_t>(size));
    most -= static_cast<std::uint64_t>(size);
  }
}

// What is in the pipes now; more than that could go on for ever.
void Supervisor::read_rest() {
  for (int* fd : {&output_, &error_}) {
    int ready = 0;
    if (*fd < 0 || ::ioctl(*fd, FIONREAD, &ready) != 0 || ready <= 0) continue;
    read_output(*fd, fd == &output_ ? output_journal_.get() : error_journal_.get(),
                static_cast<std::uint64_t>(ready));
  }
}

void Supervisor::maybe_publish() {
  if (!detached() || !main_ended_ || published_) return;
  if (output_ >= 0 || error_ >= 0) {
    if (now_ms() < publish_at_) return;
    read_rest();
  }
  publish();
}

void Supervisor::publish() {
  if (published_) return;
  published_ = true;
  if (!main_ended_) exit_.a = static_cast<std::int32_t>(Reason::kLost);
  if (!detached()) return;
  exit_.x = output_journal_->size();
  exit_.y = error_journal_ ? error_journal_->size() : 0;
  char text[128];
  std::snprintf(text, sizeof text, "%d %d %d %llu %llu\n", exit_.a, exit_.b, exit_.c,
                static_cast<unsigned long long>(exit_.x), static_cast<unsigned long long>(exit_.y));
  write_file(kExitFile, text);
}

void Supervisor::write_file(const char* name, const char* text) {
  char temporary[64];
  std::snprintf(temporary, sizeof temporary, "%s.new", name);
  const int fd = ::openat(kDirectoryFd, temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) return;
  const auto size = static_cast<ssize_t>(std::strlen(text));
  const bool written = ::write(fd, text, static_cast<std::size_t>(size)) == size;
  ::close(fd);
  if (written) ::renameat(kDirectoryFd, temporary, kDirectoryFd, name);
}

}  // namespace sandport_local

// The part of Supervisor that talks to plugins.
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "supervisor/process_tree.hpp"
#include "supervisor/supervisor.hpp"

namespace sandport_local {

void Supervisor::accept_client() {
  const int fd = ::accept4(listen_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd < 0) return;
  clients_.push_back({.fd = fd});
}

void Supervisor::drop(Client& client) {
  ::close(client.fd);
  client.fd = -1;
  client.told_exit = true;
  // The life line of an attached tree.
  if (!detached()) begin_kill();
}

void Supervisor::serve(Client& client) {
  Message message;
  for (;;) {
    const ssize_t size = ::recv(client.fd, &message, sizeof message, MSG_DONTWAIT);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (size <= 0) {
      drop(client);
      return;
    }
    if (size != sizeof message) continue;
    switch (message.type) {
      case MessageType::kSignal:
        if (message.a == SIGKILL) {
          begin_kill();
        } else if (!empty_) {
          signal_descendants(message.a, main_);
        }
        break;
      case MessageType::kDrain:
        draining_ = true;
        break;
      case MessageType::kCloseInput:
        if (input_ >= 0) ::close(input_);
        input_ = -1;
        break;
      default:
        break;
    }
  }
}

void Supervisor::tell_all() {
  for (Client& client : clients_) tell(client);
  std::erase_if(clients_, [](const Client& client) { return client.fd < 0; });
}

void Supervisor::tell(Client& client) {
  if (client.waits || client.fd < 0) return;
  if (!client.told_started) {
    if (!send_started(client)) return;
    client.told_started = true;
  }
  if (published_) {
    if (!client.told_exit && send_message(client, exit_)) client.told_exit = true;
    return;
  }
  if (!detached()) return;
  Message message;
  message.type = MessageType::kOutput;
  message.x = output_journal_->size();
  message.y = error_journal_ ? error_journal_->size() : 0;
  if (message.x == client.told_output && message.y == client.told_error) return;
  if (!send_message(client, message)) return;
  client.told_output = message.x;
  client.told_error = message.y;
}

bool Supervisor::send_message(Client& client, const Message& message) {
  const ssize_t size = ::send(client.fd, &message, sizeof message, MSG_DONTWAIT | MSG_NOSIGNAL);
  if (size == sizeof message) return true;
  if (size < 0 && (errno == EAGAIN || errno == EINTR)) {
    client.waits = true;
  } else {
    drop(client);
  }
  return false;
}

// A plugin that comes later also gets the ends that it needs: stdin, or the terminal.
bool Supervisor::send_started(Client& client) {
  Message message;
  message.type = MessageType::kStarted;
  message.a = static_cast<std::int32_t>(first_pid_);
  int descriptors[2];
  std::size_t count = 0;
  if (detached() && client.fd != kControlFd) {
    message.b = static_cast<std::int32_t>(request_.head.flags);
    const int terminal = pty() ? output_ : -1;
    message.c = (input_ >= 0 ? 1 : 0) | (terminal >= 0 ? 2 : 0);
    if (input_ >= 0) descriptors[count++] = input_;
    if (terminal >= 0) descriptors[count++] = terminal;
  }
  iovec part{&message, sizeof message};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof descriptors)] = {};
  if (count > 0) {
    header.msg_control = control;
    header.msg_controllen = CMSG_SPACE(count * sizeof(int));
    cmsghdr* ancillary = CMSG_FIRSTHDR(&header);
    ancillary->cmsg_level = SOL_SOCKET;
    ancillary->cmsg_type = SCM_RIGHTS;
    ancillary->cmsg_len = CMSG_LEN(count * sizeof(int));
    std::memcpy(CMSG_DATA(ancillary), descriptors, count * sizeof(int));
  }
  const ssize_t size = ::sendmsg(client.fd, &header, MSG_DONTWAIT | MSG_NOSIGNAL);
  if (size == sizeof message) return true;
  if (size < 0 && (errno == EAGAIN || errno == EINTR)) {
    client.waits = true;
  } else {
    drop(client);
  }
  return false;
}

}  // namespace sandport_local

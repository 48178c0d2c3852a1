#include "process/control.hpp"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace sandport_local {
namespace {

void take_descriptors(msghdr& header, UniqueFd* first, UniqueFd* second) {
  for (cmsghdr* part = CMSG_FIRSTHDR(&header); part != nullptr; part = CMSG_NXTHDR(&header, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
    const std::size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(part) + i * sizeof fd, sizeof fd);
      UniqueFd taken(fd);
      UniqueFd* goal = i == 0 ? first : second;
      if (goal != nullptr) *goal = std::move(taken);
    }
  }
}

}  // namespace

sandport::Task<std::optional<Message>> Control::receive(UniqueFd* first, UniqueFd* second) {
  for (;;) {
    if (!socket_->is_open()) co_return std::nullopt;
    Message message;
    iovec part{&message, sizeof message};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(2 * sizeof(int))> ancillary{};
    msghdr header{};
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    header.msg_control = ancillary.data();
    header.msg_controllen = ancillary.size();
    const ssize_t size = ::recvmsg(socket_->get(), &header, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (size == static_cast<ssize_t>(sizeof message)) {
      take_descriptors(header, first, second);
      co_return message;
    }
    if (size >= 0 || (errno != EAGAIN && errno != EINTR)) co_return std::nullopt;
    co_await socket_->until(Descriptor::Event::kReadable);
  }
}

void Control::send(MessageType type, std::int32_t value) {
  if (!socket_->is_open()) return;
  Message message;
  message.type = type;
  message.a = value;
  // Failing means that the supervisor is gone, and with it the whole tree.
  static_cast<void>(::send(socket_->get(), &message, sizeof message, MSG_DONTWAIT | MSG_NOSIGNAL));
}

void Survivors::adopt(const std::shared_ptr<Descriptor>& socket) {
  if (ended_) {
    socket->close();
    return;
  }
  sockets_.insert(socket);
  watch(socket);
}

void Survivors::watch(const std::shared_ptr<Descriptor>& socket) {
  // What still comes is of no interest, but for the end.
  for (;;) {
    Message message;
    const ssize_t size = ::recv(socket->get(), &message, sizeof message, MSG_DONTWAIT);
    if (size > 0 || (size < 0 && errno == EINTR)) continue;
    if (size < 0 && errno == EAGAIN) break;
    sockets_.erase(socket);
    socket->close();
    return;
  }
  socket->on_readable([self = shared_from_this(), socket] {
    if (socket->is_open()) self->watch(socket);
  });
}

void Survivors::end() {
  ended_ = true;
  for (const auto& socket : sockets_) socket->close();
  sockets_.clear();
}

}  // namespace sandport_local

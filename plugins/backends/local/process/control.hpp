// Our end of the conversation with a supervisor.
#pragma once

#include <memory>
#include <optional>
#include <sandport/task.hpp>
#include <set>

#include "process/descriptor.hpp"
#include "supervisor/protocol.hpp"

namespace sandport_local {

// On the I/O thread.
class Control {
 public:
  Control(IoThread& thread, UniqueFd fd) : socket_(Descriptor::make(thread, std::move(fd))) {}

  explicit Control(std::shared_ptr<Descriptor> socket) : socket_(std::move(socket)) {}

  // nullopt when the supervisor has ended. Descriptors that ride along go to the two pointers.
  [[nodiscard]] sandport::Task<std::optional<Message>> receive(UniqueFd* first = nullptr,
                                                               UniqueFd* second = nullptr);
  // Nothing when the supervisor has ended.
  void send(MessageType type, std::int32_t value = 0);

  [[nodiscard]] const std::shared_ptr<Descriptor>& socket() const { return socket_; }

 private:
  std::shared_ptr<Descriptor> socket_;
};

// The trees of attached processes that have ended, or that nobody watches any more: what they left
// running stays until the sandbox is closed. Shared with the handlers on the I/O thread, where all
// of it happens.
class Survivors : public std::enable_shared_from_this<Survivors> {
 public:
  // Holds the life line of a tree until the tree is empty.
  void adopt(const std::shared_ptr<Descriptor>& socket);
  // Ends them all; what is adopted later is ended at once.
  void end();

 private:
  void watch(const std::shared_ptr<Descriptor>& socket);

  std::set<std::shared_ptr<Descriptor>> sockets_;
  bool ended_ = false;
};

}  // namespace sandport_local

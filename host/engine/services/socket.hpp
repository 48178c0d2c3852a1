// The output end of a plugin's WebSocket: keeps the order of its messages, also before it is open.
#pragma once

#include <sandport/abi.h>

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <deque>
#include <memory>
#include <stop_token>

#include "host/engine/strand_event.hpp"
#include "host/engine/websocket/client.hpp"

namespace sandport::services {

// Members run on the strand, except the constructor, strand() and stop().
class Socket {
 public:
  Socket(const Strand& strand, std::stop_token stop);

  [[nodiscard]] const Strand& strand() const { return strand_; }
  [[nodiscard]] const std::stop_token& stop() const { return stop_; }

  void opened(std::shared_ptr<WebSocket> connection);

  // Each waits until the connection is open and what was given before has gone out to it.
  static boost::asio::awaitable<void> write(std::shared_ptr<Socket> self, WebSocketMessage message);
  static boost::asio::awaitable<void> close(std::shared_ptr<Socket> self, WebSocketClose with);

  // Lets go of the connection; whoever still waits fails.
  class EndGuard {
   public:
    explicit EndGuard(std::shared_ptr<Socket> socket) : socket_(std::move(socket)) {}
    ~EndGuard();
    EndGuard(const EndGuard&) = delete;
    EndGuard& operator=(const EndGuard&) = delete;

   private:
    std::shared_ptr<Socket> socket_;
  };

 private:
  class Turn;

  Strand strand_;
  std::stop_token stop_;
  std::shared_ptr<WebSocket> connection_;
  bool ended_ = false;
  std::deque<std::uint64_t> turns_;
  std::uint64_t last_turn_ = 0;
  StrandEvent changed_;
};

// What the plugin holds.
struct SocketHandle : sp_websocket {
  explicit SocketHandle(std::shared_ptr<Socket> socket);
  std::shared_ptr<Socket> socket;
};

}  // namespace sandport::services

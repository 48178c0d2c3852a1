// What happens on an open WebSocket: bounded inbox, ordered outbox, keepalive, one end.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <memory>
#include <optional>
#include <stop_token>
#include <variant>

#include "core/error.hpp"
#include "host/engine/strand_event.hpp"
#include "host/engine/websocket/link.hpp"

namespace sandport {

// Every member runs on the strand, except the constructor, strand() and start().
class WebSocketSession : public std::enable_shared_from_this<WebSocketSession> {
 public:
  struct Settings {
    std::string shown_url;
    std::chrono::milliseconds idle_timeout{0};
    std::size_t max_message_bytes = 0;
  };

  WebSocketSession(Strand strand, std::unique_ptr<WebSocketLink> link, Settings settings);

  [[nodiscard]] const Strand& strand() const { return strand_; }

  // Reads, writes and pings until the end, which `stop` also brings about.
  void start(const std::stop_token& stop);

  boost::asio::awaitable<std::optional<WebSocketMessage>> read();
  boost::asio::awaitable<void> send(std::variant<WebSocketMessage, WebSocketClose> what);
  [[nodiscard]] const WebSocketClose& closed_with() const { return closed_with_; }
  void fail(const Error& error);

 private:
  struct Outgoing {
    std::variant<WebSocketMessage, WebSocketClose> what;
    bool done = false;
  };

  boost::asio::awaitable<void> receive();
  boost::asio::awaitable<void> deliver();
  boost::asio::awaitable<void> deliver_one(const Outgoing& item);
  boost::asio::awaitable<void> ping();
  void keep_alive();
  void end();
  void end_with(const std::exception_ptr& failure);
  [[nodiscard]] Error describe(const boost::system::error_code& code) const;

  Strand strand_;
  std::unique_ptr<WebSocketLink> link_;
  Settings settings_;

  std::deque<WebSocketMessage> inbox_;
  std::size_t inbox_bytes_ = 0;
  bool held_up_ = false;
  StrandEvent inbox_changed_;
  StrandEvent inbox_taken_;

  std::deque<std::shared_ptr<Outgoing>> outbox_;
  bool closing_ = false;
  StrandEvent outbox_changed_;
  StrandEvent outbox_sent_;

  boost::asio::steady_timer idle_timer_;
  std::chrono::steady_clock::time_point last_heard_;
  bool pinged_ = false;

  bool ended_ = false;
  WebSocketClose closed_with_;
  std::optional<Error> error_;
  std::optional<std::stop_callback<std::function<void()>>> on_stop_;
};

}  // namespace sandport

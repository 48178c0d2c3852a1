// A WebSocket connection on the wire, with TLS or without, seen the same way.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <functional>
#include <memory>
#include <string>

#include "host/engine/websocket/client.hpp"

namespace boost::asio::ssl {
class context;
}

namespace sandport {

// Every member runs on the socket's strand. At most one read, one write and one ping at a time.
// Failures are boost::system::system_error.
class WebSocketLink {
 public:
  virtual ~WebSocketLink() = default;

  virtual boost::asio::awaitable<WebSocketMessage> read() = 0;
  virtual boost::asio::awaitable<void> write(const WebSocketMessage& message) = 0;
  virtual boost::asio::awaitable<void> ping() = 0;
  virtual boost::asio::awaitable<void> close(const WebSocketClose& with) = 0;
  virtual void abort() = 0;

  // Called for every control frame that comes in.
  virtual void on_control(std::function<void()> notify) = 0;
  [[nodiscard]] virtual WebSocketClose closed_with() const = 0;
};

struct WebSocketHandshake {
  std::string host_header;
  std::string target;
  std::vector<HttpHeader> headers;
  std::chrono::milliseconds close_timeout{0};
  std::size_t max_message_bytes = 0;
};

struct WebSocketAnswer {
  std::unique_ptr<WebSocketLink> link;  // null when the server refused
  HttpHead head;
  std::string body;  // of a refusal
};

boost::asio::awaitable<WebSocketAnswer> open_link(boost::asio::ip::tcp::socket socket,
                                                  const WebSocketHandshake& handshake);

// `host` is the name that the certificate must have.
boost::asio::awaitable<WebSocketAnswer> open_tls_link(boost::asio::ip::tcp::socket socket,
                                                      boost::asio::ssl::context& context,
                                                      const std::string& host,
                                                      const std::string& advice,
                                                      const WebSocketHandshake& handshake);

}  // namespace sandport

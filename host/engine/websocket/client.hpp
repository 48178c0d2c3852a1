// The host's WebSocket client (RFC 6455): whole messages both ways, with TLS, proxies, keepalive.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "host/engine/http/client.hpp"
#include "host/engine/network_settings.hpp"

namespace sandport {

class Engine;
class WebSocketSession;

// In a coroutine, make it a variable before the co_await, as with HttpRequest.
struct WebSocketRequest {
  std::string url;  // ws or wss
  std::vector<HttpHeader> headers = {};
  std::vector<std::string> subprotocols = {};
  // Absent: the client's defaults. Zero: no limit. connect: to the end of the opening handshake,
  // and for the closing one. idle: nothing came for so long; a ping is sent at half of it.
  std::optional<std::chrono::milliseconds> connect_timeout = {};
  std::optional<std::chrono::milliseconds> idle_timeout = {};
  std::size_t max_message_bytes = std::size_t{16} * 1024 * 1024;  // of incoming messages
};

enum class WebSocketKind { kText, kBinary };

// The constructors are for g++ 12, as the comment above: this makes it no aggregate.
struct WebSocketMessage {
  WebSocketMessage() = default;
  WebSocketMessage(WebSocketKind of, std::string bytes) : kind(of), data(std::move(bytes)) {}

  WebSocketKind kind = WebSocketKind::kText;
  std::string data;
};

struct WebSocketClose {
  WebSocketClose() = default;
  WebSocketClose(std::uint16_t with, std::string why) : code(with), reason(std::move(why)) {}

  std::uint16_t code = 1005;  // 1005: the peer gave none
  std::string reason;
};

// One open connection. Its members may be called from any thread; one read at a time. Pings are
// answered while nobody reads, until 1 MiB of messages wait; then the peer is held up. Destroying
// it drops the connection without a closing handshake.
class WebSocket {
 public:
  WebSocket(std::shared_ptr<WebSocketSession> session, HttpHead head);
  ~WebSocket();
  WebSocket(WebSocket&&) noexcept;
  WebSocket& operator=(WebSocket&&) noexcept;

  // The server's answer to the opening handshake; Sec-WebSocket-Protocol is the one it chose.
  [[nodiscard]] const HttpHead& head() const { return head_; }

  // The next message; nothing once the connection has been closed by handshake. Cancelling loses no
  // message. Throws Error kInterrupted (broke), kDeadlineExceeded (idle), kResourceExhausted (too
  // big), kCancelled.
  boost::asio::awaitable<std::optional<WebSocketMessage>> read();

  // Returns when the message is written to the connection; messages go in the order of the calls.
  boost::asio::awaitable<void> write(WebSocketMessage message);

  // After all writes: the closing handshake. Returns when it is done.
  boost::asio::awaitable<void> close(WebSocketClose with);

  // What the peer closed with, after read() has brought nothing.
  boost::asio::awaitable<WebSocketClose> closed_with();

  // Drops the connection at once; waiting calls throw Error kCancelled.
  void cancel();

 private:
  std::shared_ptr<WebSocketSession> session_;
  HttpHead head_;
};

// May be used from any thread. Connections end with the engine.
class WebSocketClient {
 public:
  WebSocketClient(Engine& engine, NetworkSettings settings);
  ~WebSocketClient();
  WebSocketClient(const WebSocketClient&) = delete;
  WebSocketClient& operator=(const WebSocketClient&) = delete;

  // Throws Error as HttpClient::send does. A refused handshake is the code that fits its HTTP
  // status, with reason "HTTP_401" and so on, and the beginning of the server's answer.
  boost::asio::awaitable<WebSocket> connect(WebSocketRequest request);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace sandport

// WebSocket over the host's service.
#pragma once

#include <sandport/abi.h>
#include <sandport/error.hpp>
#include <sandport/http.hpp>
#include <sandport/stream.hpp>
#include <sandport/task.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace sandport {
inline namespace v1 {

struct WebSocketRequest {
  // Not an aggregate: g++ 12 destroys those twice inside an awaited expression.
  WebSocketRequest() = default;

  std::string url;  // ws or wss
  Pairs headers;
  std::string subprotocols;  // comma-separated
  std::uint64_t max_message_bytes = 0;
  std::chrono::milliseconds connect_timeout{0};  // each zero: the host's default
  std::chrono::milliseconds idle_timeout{0};
};

enum class MessageType { kText, kBinary };

struct WebSocketMessage {
  WebSocketMessage() = default;
  WebSocketMessage(MessageType what, std::string bytes) : type(what), data(std::move(bytes)) {}

  MessageType type = MessageType::kText;
  std::string data;
};

// An open socket. One coroutine reads; any may send, from any thread. Destroying it breaks it off.
class WebSocket {
 public:
  WebSocket(HttpHead head, Stream stream, sp_websocket* socket)
      : head_(std::move(head)), stream_(std::move(stream)), socket_(socket) {}

  [[nodiscard]] const HttpHead& head() const noexcept { return head_; }

  // The next message, or nothing once closed by handshake. Throws what broke the connection.
  [[nodiscard]] Task<std::optional<WebSocketMessage>> read() {
    while (auto event = co_await stream_.next()) {
      if (event->channel == SP_CHANNEL_WS_TEXT) {
        co_return WebSocketMessage{MessageType::kText, std::move(event->payload)};
      }
      if (event->channel == SP_CHANNEL_WS_BINARY) {
        co_return WebSocketMessage{MessageType::kBinary, std::move(event->payload)};
      }
    }
    if (!std::exchange(ended_, true)) closed_ = co_await stream_.result();
    co_return std::nullopt;
  }

  // "CODE REASON" of the closing handshake, after read() has brought nothing.
  [[nodiscard]] const std::string& closed() const noexcept { return closed_; }

  // Ends when the message is written. `data` is copied when the Task starts.
  [[nodiscard]] Task<void> send_text(std::string data) {
    return send(socket_, SP_CHANNEL_WS_TEXT, std::move(data));
  }
  [[nodiscard]] Task<void> send_binary(std::string data) {
    return send(socket_, SP_CHANNEL_WS_BINARY, std::move(data));
  }

  // Starts the closing handshake; read() then brings what is left, then nothing.
  void close(std::uint16_t code = 1000, std::string_view reason = {}) noexcept {
    socket_->close(socket_, code, to_str(reason));
  }
  void cancel() noexcept { stream_.cancel(); }

 private:
  static Task<void> send(sp_websocket* socket, std::uint32_t channel, std::string data) {
    co_await call([&](sp_sink* sink, sp_op** op, sp_error* error) {
      return socket->send(socket, channel, to_bytes(data), sink, op, error);
    });
  }

  HttpHead head_;
  Stream stream_;
  sp_websocket* socket_;  // as long as stream_
  bool ended_ = false;
  std::string closed_;
};

class WebSockets {
 public:
  explicit WebSockets(const sp_websockets* sockets) noexcept : sockets_(sockets) {}

  // Ends when the socket is open. A refused handshake throws the code that fits its HTTP status,
  // reason "HTTP_401" and so on.
  [[nodiscard]] Task<WebSocket> connect(WebSocketRequest request) const {
    return connect(sockets_, std::move(request));
  }

 private:
  static Task<WebSocket> connect(const sp_websockets* sockets, WebSocketRequest request) {
    sp_websocket* socket = nullptr;
    auto stream = co_await open([&](sp_sink* sink, sp_op** op, sp_error* error) {
      const auto headers = detail::to_abi(request.headers);
      sp_websocket_request raw{};
      raw.struct_size = kStructSize<sp_websocket_request>;
      raw.connect_timeout_ms = detail::milliseconds<std::uint32_t>(request.connect_timeout);
      raw.idle_timeout_ms = detail::milliseconds<std::uint32_t>(request.idle_timeout);
      raw.url = to_str(request.url);
      raw.headers = headers.data();
      raw.header_count = headers.size();
      raw.subprotocols = to_str(request.subprotocols);
      raw.max_message_bytes = request.max_message_bytes;
      return sockets->connect(sockets, &raw, sink, op, &socket, error);
    });
    while (auto event = co_await stream.next()) {
      if (event->channel == SP_CHANNEL_WS_OPEN) {
        co_return WebSocket{HttpHead{event->payload}, std::move(stream), socket};
      }
    }
    co_await stream.result();
    throw Error(SP_INTERNAL, "the host ended a WebSocket before it was open");
  }

  const sp_websockets* sockets_;
};

}  // namespace v1
}  // namespace sandport

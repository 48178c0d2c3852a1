// A scriptable WebSocket server on 127.0.0.1 for tests.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "tests/support/certificate.hpp"
#include "tests/support/http_server.hpp"

namespace sandport::testing {

struct WebSocketFrame {
  WebSocketFrame() = default;
  WebSocketFrame(bool is_text, std::string bytes) : text(is_text), data(std::move(bytes)) {}

  bool text = true;
  std::string data;
};

// One open connection. Lives as long as the handler runs.
class WebSocketPeer {
 public:
  virtual ~WebSocketPeer() = default;

  [[nodiscard]] virtual const ServerRequest& request() const = 0;
  // The next whole message; nothing when the client has closed, code and reason in closed_with().
  virtual boost::asio::awaitable<std::optional<WebSocketFrame>> read() = 0;
  virtual boost::asio::awaitable<void> write(WebSocketFrame message) = 0;
  // One message in one frame per piece.
  virtual boost::asio::awaitable<void> write_fragments(bool text, std::string pieces,
                                                       std::size_t piece_size) = 0;
  virtual boost::asio::awaitable<void> close(std::uint16_t code, std::string reason) = 0;
  [[nodiscard]] virtual std::string closed_with() const = 0;  // "1000 reason"
  // Never returns and answers nothing, pings neither; the server's end ends it.
  virtual boost::asio::awaitable<void> stall() = 0;
  // Any bytes at all, right onto the connection; and its reset.
  virtual boost::asio::awaitable<void> write_raw(std::string bytes) = 0;
  virtual void abort() = 0;
};

// Listens from the constructor to the destructor, on one thread of its own, where every handler
// runs. When a handler returns, its connection is closed with 1000.
class WebSocketServer {
 public:
  using Handler = std::function<boost::asio::awaitable<void>(WebSocketPeer&)>;

  struct Options {
    std::optional<Certificate> tls = {};
    std::string subprotocol = {};  // what the server chooses
    // A status other than 101 refuses the handshake with `refusal` as the body.
    int status = 101;
    std::string refusal = {};
  };

  explicit WebSocketServer(Handler handler);
  WebSocketServer(Handler handler, Options options);
  ~WebSocketServer();
  WebSocketServer(const WebSocketServer&) = delete;
  WebSocketServer& operator=(const WebSocketServer&) = delete;

  [[nodiscard]] std::uint16_t port() const;
  // ws://127.0.0.1:PORT/path, or wss.
  [[nodiscard]] std::string url(std::string_view path = "/") const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sandport::testing

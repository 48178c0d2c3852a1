// A scriptable HTTP/1.1 server on 127.0.0.1 for tests: streams, stalls, breaks off, misbehaves.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/support/certificate.hpp"

namespace sandport::testing {

struct ServerRequest {
  std::string method;
  std::string target;
  std::vector<std::pair<std::string, std::string>> headers;

  // "" when there is none; names in any case.
  [[nodiscard]] std::string header(std::string_view name) const;
};

// One request and what is answered to it. Lives as long as the handler runs.
class Exchange {
 public:
  virtual ~Exchange() = default;

  [[nodiscard]] virtual const ServerRequest& request() const = 0;

  // The next piece of the request's body, empty at its end; and all of it.
  virtual boost::asio::awaitable<std::string> read_some() = 0;
  boost::asio::awaitable<std::string> read_all();

  // A whole reply, with Content-Length. `headers` are lines: "Name: value\r\nOther: value".
  boost::asio::awaitable<void> reply(int status, std::string body, std::string headers = "");

  // A chunked reply, piece by piece.
  boost::asio::awaitable<void> begin(int status, std::string headers = "");
  boost::asio::awaitable<void> chunk(std::string_view bytes);
  boost::asio::awaitable<void> end();

  // Any bytes at all, right onto the connection.
  virtual boost::asio::awaitable<void> write(std::string bytes) = 0;

  // Never returns; the server's end, or abort(), ends it.
  virtual boost::asio::awaitable<void> stall() = 0;

  // Resets the connection (RST), and closes it in order.
  virtual void abort() = 0;
  virtual void close() = 0;

  // For CONNECT: answers 200 and joins the connection to a port on 127.0.0.1 until one side ends.
  virtual boost::asio::awaitable<void> tunnel(std::uint16_t port) = 0;
};

// Listens from the constructor to the destructor, on one thread of its own, where every handler
// runs. A handler that throws ends its connection. An unread request body is read away after it.
class HttpServer {
 public:
  using Handler = std::function<boost::asio::awaitable<void>(Exchange&)>;

  explicit HttpServer(Handler handler, std::optional<Certificate> tls = std::nullopt);
  // Without a thread of its own: everything runs on this executor, a strand or of one thread. The
  // destructor, on another thread, cancels the handlers and waits for them.
  HttpServer(Handler handler, boost::asio::any_io_executor executor);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  [[nodiscard]] std::uint16_t port() const;
  // http://127.0.0.1:PORT/path, or https.
  [[nodiscard]] std::string url(std::string_view path = "/") const;
  // How many connections were made so far, and how many are open now.
  [[nodiscard]] unsigned connections() const;
  [[nodiscard]] unsigned open_connections() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// A port on which nothing listens, for as long as this process lives.
[[nodiscard]] std::uint16_t unused_port();

}  // namespace sandport::testing

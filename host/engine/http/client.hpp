// The host's HTTP client: streams both ways, one pool of connections, HTTP/2 where offered.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "host/engine/network_settings.hpp"

namespace sandport {

class Engine;
class HttpTransfer;

struct HttpHeader {
  std::string name;
  std::string value;
};

// A request body that is made while it is sent. `read` returns the next bytes, empty at the end. It
// is called on a strand of the client, one call at a time, only while the connection takes more; it
// is cancelled when the request ends first. What it throws ends the request as kDataLoss.
struct HttpBodySource {
  std::function<boost::asio::awaitable<std::string>()> read;
  std::optional<std::uint64_t> size;  // absent: sent chunked
};

// In a coroutine, make it a variable before the co_await: g++ 12 destroys an aggregate twice that
// is written inside the awaited expression.
struct HttpRequest {
  std::string method = "GET";
  std::string url;  // http or https
  std::vector<HttpHeader> headers = {};
  std::variant<std::string, HttpBodySource> body = {};
  unsigned max_redirects = 0;  // 0: a 3xx is delivered like any other status
  // Absent: the client's defaults. Zero: no limit. idle: no byte came or went for so long, while
  // neither side of ours held it up. total: from send() to the last byte.
  std::optional<std::chrono::milliseconds> connect_timeout = {};
  std::optional<std::chrono::milliseconds> idle_timeout = {};
  std::optional<std::chrono::milliseconds> total_timeout = {};
};

struct HttpHead {
  std::string version;  // "1.1", "2"
  int status = 0;
  std::string reason;
  std::vector<HttpHeader> headers;

  // The first value of a header, whatever its case; null when there is none.
  [[nodiscard]] const std::string* find(std::string_view name) const;
};

// One response. Its members may be called from any thread; one read at a time. Destroying it before
// its end cancels the rest and closes the connection.
class HttpResponse {
 public:
  explicit HttpResponse(std::shared_ptr<HttpTransfer> transfer, HttpHead head);
  ~HttpResponse();
  HttpResponse(HttpResponse&&) noexcept;
  HttpResponse& operator=(HttpResponse&&) noexcept;

  [[nodiscard]] const HttpHead& head() const { return head_; }

  // The next bytes of the body; empty at its end. The server is held up while nobody reads.
  // Cancelling a read loses nothing. Throws Error as HttpClient::send does.
  boost::asio::awaitable<std::string> read();

  // The whole rest. Throws Error kResourceExhausted when it is longer than `limit` bytes.
  boost::asio::awaitable<std::string> read_all(std::size_t limit);

  // Ends the transfer; a waiting read throws Error kCancelled.
  void cancel();

 private:
  std::shared_ptr<HttpTransfer> transfer_;
  HttpHead head_;
};

// May be used from any thread and destroyed at any time; what runs then is cancelled. Stops with
// the engine.
class HttpClient {
 public:
  HttpClient(Engine& engine, NetworkSettings settings);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // Returns when the status and headers are there, even if the body is still being sent.
  // Throws Error: kInvalidArgument (the request is malformed; nothing was sent), kUnavailable (no
  // connection, nothing happened; retryable), kInterrupted (broke after the request may have been
  // seen), kDeadlineExceeded, kCancelled, kFailedPrecondition (TLS or proxy refuse), kDataLoss (the
  // body source failed). No message has header values, user, password or query of the URL.
  boost::asio::awaitable<HttpResponse> send(HttpRequest request);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace sandport

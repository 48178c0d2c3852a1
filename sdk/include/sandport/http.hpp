// HTTP over the host's service: one request, a response that streams.
#pragma once

#include <sandport/abi.h>
#include <sandport/bytes_reader.hpp>
#include <sandport/error.hpp>
#include <sandport/stream.hpp>
#include <sandport/task.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace sandport {
inline namespace v1 {

struct HttpRequest {
  // Not an aggregate: g++ 12 destroys those twice inside an awaited expression.
  HttpRequest() = default;

  std::string method = "GET";
  std::string url;
  Pairs headers;
  std::string body;
  ReaderHandle upload;  // in place of body
  std::uint64_t upload_size = UINT64_MAX;
  std::uint32_t max_redirects = 0;
  // Zero: the host's default; for total: none. idle is the time without a byte either way.
  std::chrono::milliseconds connect_timeout{0};
  std::chrono::milliseconds idle_timeout{0};
  std::chrono::milliseconds total_timeout{0};
};

// A response's first lines.
class HttpHead {
 public:
  HttpHead() = default;
  // `text` is "HTTP/1.1 200 OK" and "Name: value" lines, each ended by CRLF.
  explicit HttpHead(std::string_view text) {
    auto line = take_line(text);
    const auto space = line.find(' ');
    if (space != std::string_view::npos) {
      for (const char digit : line.substr(space + 1, 3)) {
        if (digit < '0' || digit > '9') break;
        status_ = status_ * 10 + (digit - '0');
      }
    }
    while (!text.empty()) {
      line = take_line(text);
      const auto colon = line.find(':');
      if (colon == std::string_view::npos) continue;
      headers_.emplace_back(trim(line.substr(0, colon)), trim(line.substr(colon + 1)));
    }
  }

  [[nodiscard]] int status() const noexcept { return status_; }
  [[nodiscard]] bool ok() const noexcept { return status_ >= 200 && status_ < 300; }
  // In the order in which they came; names as they came.
  [[nodiscard]] const Pairs& headers() const noexcept { return headers_; }
  // The first header of this name, in any case.
  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const noexcept {
    for (const auto& [key, value] : headers_) {
      if (same(key, name)) return value;
    }
    return std::nullopt;
  }

 private:
  static std::string_view take_line(std::string_view& text) noexcept {
    const auto end = text.find('\n');
    auto line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    return line;
  }
  static std::string_view trim(std::string_view text) noexcept {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
  }
  static char lower(char letter) noexcept {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
  }
  static bool same(std::string_view left, std::string_view right) noexcept {
    if (left.size() != right.size()) return false;
    for (std::size_t i = 0; i < left.size(); ++i) {
      if (lower(left[i]) != lower(right[i])) return false;
    }
    return true;
  }

  int status_ = 0;
  Pairs headers_;
};

// A response whose head has come. Destroying it before its end breaks the request off.
class HttpResponse : public HttpHead {
 public:
  HttpResponse(HttpHead head, Stream stream)
      : HttpHead(std::move(head)), stream_(std::move(stream)) {}

  // The next piece of the body, or nothing at its end. Throws what broke the transfer.
  [[nodiscard]] Task<std::optional<std::string>> read() {
    while (auto event = co_await stream_.next()) {
      if (event->channel == SP_CHANNEL_HTTP_BODY) co_return std::move(event->payload);
    }
    if (!std::exchange(ended_, true)) co_await stream_.result();
    co_return std::nullopt;
  }

  // The rest of the body; throws SP_RESOURCE_EXHAUSTED beyond `most` bytes.
  [[nodiscard]] Task<std::string> read_all(std::size_t most = kDefaultMost) {
    std::string body;
    while (auto piece = co_await read()) {
      if (piece->size() > most - body.size()) {
        throw Error(SP_RESOURCE_EXHAUSTED,
                    "the response is larger than " + std::to_string(most) + " bytes");
      }
      body += *piece;
    }
    co_return body;
  }

  void cancel() noexcept { stream_.cancel(); }

  static constexpr std::size_t kDefaultMost = 64u * 1024u * 1024u;

 private:
  Stream stream_;
  bool ended_ = false;
};

// A response with its whole body.
struct HttpReply : HttpHead {
  std::string body;
};

class Http {
 public:
  explicit Http(const sp_http* http) noexcept : http_(http) {}

  // Ends when the head has come, whatever its status. Throws SP_UNAVAILABLE when no connection was
  // made, SP_INTERRUPTED when it broke after the request may have been seen.
  [[nodiscard]] Task<HttpResponse> send(HttpRequest request) const {
    return send(http_, std::move(request));
  }

  // Ends when the body has come. Throws SP_RESOURCE_EXHAUSTED beyond `most` bytes.
  [[nodiscard]] Task<HttpReply> fetch(HttpRequest request,
                                      std::size_t most = HttpResponse::kDefaultMost) const {
    return fetch(http_, std::move(request), most);
  }

 private:
  static Task<HttpResponse> send(const sp_http* http, HttpRequest request) {
    auto stream = co_await open([http, &request](sp_sink* sink, sp_op** op, sp_error* error) {
      const auto headers = detail::to_abi(request.headers);
      sp_http_request raw{};
      raw.struct_size = kStructSize<sp_http_request>;
      raw.max_redirects = request.max_redirects;
      raw.method = to_str(request.method);
      raw.url = to_str(request.url);
      raw.headers = headers.data();
      raw.header_count = headers.size();
      raw.body = to_bytes(request.body);
      raw.reader = request.upload.get();
      raw.reader_size = request.upload_size;
      raw.connect_timeout_ms = detail::milliseconds<std::uint32_t>(request.connect_timeout);
      raw.idle_timeout_ms = detail::milliseconds<std::uint32_t>(request.idle_timeout);
      raw.total_timeout_ms = detail::milliseconds<std::uint64_t>(request.total_timeout);
      const auto code = http->send(http, &raw, sink, op, error);
      if (code == SP_OK) static_cast<void>(request.upload.release());  // the host's now
      return code;
    });
    while (auto event = co_await stream.next()) {
      if (event->channel == SP_CHANNEL_HTTP_HEAD) {
        co_return HttpResponse{HttpHead{event->payload}, std::move(stream)};
      }
    }
    co_await stream.result();
    throw Error(SP_INTERNAL, "the host ended an HTTP request without a response");
  }

  static Task<HttpReply> fetch(const sp_http* http, HttpRequest request, std::size_t most) {
    auto response = co_await send(http, std::move(request));
    HttpReply reply{static_cast<const HttpHead&>(response), {}};
    reply.body = co_await response.read_all(most);
    co_return reply;
  }

  const sp_http* http_;
};

}  // namespace v1
}  // namespace sandport

#include "host/engine/websocket/refusal.hpp"

#include <algorithm>
#include <charconv>

namespace sandport {
namespace {

constexpr std::size_t kShownBody = 300;

Code code_for(int status) {
  switch (status) {
    case 401:
      return Code::kUnauthenticated;
    case 403:
      return Code::kPermissionDenied;
    case 404:
    case 410:
      return Code::kNotFound;
    case 408:
      return Code::kDeadlineExceeded;
    case 429:
      return Code::kResourceExhausted;
    default:
      return status >= 500 ? Code::kUnavailable : Code::kFailedPrecondition;
  }
}

std::chrono::milliseconds retry_after(const HttpHead& head) {
  const std::string* value = head.find("Retry-After");
  long seconds = 0;
  if (value != nullptr) std::from_chars(value->data(), value->data() + value->size(), seconds);
  return std::chrono::seconds(std::clamp(seconds, 0L, 86400L));
}

std::string beginning(const std::string& body) {
  std::string text = body.substr(0, kShownBody);
  std::replace_if(
      text.begin(), text.end(), [](unsigned char c) { return c < ' '; }, ' ');
  return text.empty() ? text : ": " + text;
}

}  // namespace

Error handshake_refusal(const Url& url, const HttpHead& head, const std::string& body) {
  const std::string status = std::to_string(head.status);
  const bool again = head.status == 408 || head.status == 429 || head.status >= 500;
  return {code_for(head.status),
          "WebSocket " + url.shown + ": the server refused with status " + status + beginning(body),
          again ? Retry::kYes : Retry::kNo, retry_after(head), "HTTP_" + status};
}

Error handshake_timeout(const Url& url, std::chrono::milliseconds timeout) {
  return {Code::kDeadlineExceeded,
          "WebSocket " + url.shown + ": not open within " + std::to_string(timeout.count()) +
              " ms (connect timeout)",
          Retry::kYes};
}

Error handshake_failure(const Url& url, const boost::system::error_code& code) {
  return {Code::kUnavailable,
          "WebSocket " + url.shown + ": the opening handshake failed: " + code.message(),
          Retry::kYes};
}

}  // namespace sandport

#include "http_error.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <ctime>

#include "error_text.hpp"

namespace openai {
namespace {

bool quota_is_spent(std::string_view reason) {
  return reason == "insufficient_quota" || reason == "exceeded_current_quota_error" ||
         reason == "billing_hard_limit_reached";
}

// What to do, as the end of a sentence.
std::string advice(const ErrorResponse& response, std::string_view reason) {
  switch (response.status) {
    case 401:
      return "; check api_key";
    case 403:
      return "; this api_key may not use it";
    case 404:
      return "; check base_url and model (\"" + std::string(response.model) + "\")";
    case 413:
      return "; the conversation is too large for this server";
    case 429:
      return quota_is_spent(reason) ? "; the account has no quota left" : "";
    default:
      return "";
  }
}

std::optional<double> parse_number(std::string_view text) {
  double number = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::chrono::milliseconds bounded(double milliseconds) {
  constexpr double kDay = 8.64e7;
  return std::chrono::milliseconds(
      static_cast<std::int64_t>(std::clamp(std::ceil(milliseconds), 0.0, kDay)));
}

}  // namespace

StatusMeaning meaning_of(int status, std::string_view reason) {
  switch (status) {
    case 401:
      return {SP_UNAUTHENTICATED, false};
    case 402:
    case 403:
      return {SP_PERMISSION_DENIED, false};
    case 404:
      return {SP_NOT_FOUND, false};
    case 408:
      return {SP_DEADLINE_EXCEEDED, true};
    case 409:
      return {SP_ABORTED, true};
    case 429:
      return {SP_RESOURCE_EXHAUSTED, !quota_is_spent(reason)};
    case 501:
      return {SP_UNIMPLEMENTED, false};
    default:
      break;
  }
  if (status >= 400 && status < 500) return {SP_INVALID_ARGUMENT, false};
  if (status >= 500 && status < 600) return {SP_UNAVAILABLE, true};
  return {SP_UNKNOWN, false};
}

std::optional<std::chrono::milliseconds> parse_retry_after(
    std::string_view value, std::chrono::system_clock::time_point now) {
  if (const auto seconds = parse_number(value)) return bounded(*seconds * 1000);
  std::tm date{};
  const std::string text(value);
  const char* end = strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &date);
  if (end == nullptr || *end != '\0') return std::nullopt;
  const auto then = std::chrono::system_clock::from_time_t(timegm(&date));
  const std::chrono::duration<double, std::milli> wait = then - now;
  return bounded(wait.count());
}

sandport::Error to_error(const ErrorResponse& response, std::chrono::system_clock::time_point now) {
  const ErrorText text = read_error_body(response.body);
  const StatusMeaning meaning = meaning_of(response.status, text.reason);
  std::string message =
      "HTTP " + std::to_string(response.status) + " from " + std::string(response.server);
  if (!text.message.empty()) message += ": " + text.message;
  message += advice(response, text.reason);
  if (!response.request_id.empty()) {
    message += " (request id " + std::string(response.request_id) + ")";
  }
  std::chrono::milliseconds wait{0};
  if (const auto milliseconds = parse_number(response.retry_after_ms)) {
    wait = bounded(*milliseconds);
  } else if (const auto parsed = parse_retry_after(response.retry_after, now)) {
    wait = *parsed;
  }
  const std::string reason =
      text.reason.empty() ? "HTTP_" + std::to_string(response.status) : text.reason;
  return {meaning.code, message, reason,
          meaning.retryable ? sandport::Retry::kYes : sandport::Retry::kNo, wait};
}

}  // namespace openai

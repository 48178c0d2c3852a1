// What an HTTP status that is no success means for the caller.
#pragma once

#include <sandport/error.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace openai {

struct StatusMeaning {
  sp_code code = SP_UNKNOWN;
  bool retryable = false;
};

// reason: the service's own error code, which tells a spent quota from too many requests.
[[nodiscard]] StatusMeaning meaning_of(int status, std::string_view reason);

struct ErrorResponse {
  int status = 0;
  std::string_view body;         // as much as was read
  std::string_view server;       // host name, for the message
  std::string_view model;        // for the message
  std::string_view retry_after;  // Retry-After, or empty
  std::string_view retry_after_ms;
  std::string_view request_id;
};

// One line: what the server said and what to do.
[[nodiscard]] sandport::Error to_error(const ErrorResponse& response,
                                       std::chrono::system_clock::time_point now);

// Retry-After: seconds, or an HTTP date (then from now on). nullopt for anything else.
[[nodiscard]] std::optional<std::chrono::milliseconds> parse_retry_after(
    std::string_view value, std::chrono::system_clock::time_point now);

}  // namespace openai

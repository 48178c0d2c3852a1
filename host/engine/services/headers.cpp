#include "host/engine/services/headers.hpp"

#include <algorithm>
#include <limits>

#include "host/plugin/adapt/text.hpp"

namespace sandport::services {

std::vector<HttpHeader> copy_headers(const sp_pair* headers, std::size_t count) {
  std::vector<HttpHeader> copies;
  copies.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    copies.push_back({adapt::copy(headers[i].name), adapt::copy(headers[i].value)});
  }
  return copies;
}

std::string format_head(const HttpHead& head) {
  std::string text = "HTTP/" + head.version + ' ' + std::to_string(head.status);
  if (!head.reason.empty()) text += ' ' + head.reason;
  text += "\r\n";
  for (const auto& header : head.headers) text += header.name + ": " + header.value + "\r\n";
  return text;
}

std::optional<std::chrono::milliseconds> given_timeout(std::uint64_t milliseconds) {
  if (milliseconds == 0) return std::nullopt;
  // Far enough from the end of time that a clock can be added to it.
  constexpr std::uint64_t kLongest = std::numeric_limits<std::int64_t>::max() / 4'000'000;
  return std::chrono::milliseconds(std::min(milliseconds, kLongest));
}

}  // namespace sandport::services

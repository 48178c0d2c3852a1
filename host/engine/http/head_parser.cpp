#include "host/engine/http/head_parser.hpp"

#include <charconv>

namespace sandport {
namespace {

constexpr std::size_t kMaxHeadBytes = 256 * 1024;

std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const auto first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

}  // namespace

HttpHeadParser::Outcome HttpHeadParser::feed(std::string_view line) {
  if (complete_) return Outcome::kComplete;
  size_ += line.size();
  if (size_ > kMaxHeadBytes) return Outcome::kTooLarge;
  const std::string_view text = trim(line);
  if (text.empty()) {
    complete_ = head_.status >= 200;
    return complete_ ? Outcome::kComplete : Outcome::kMore;
  }
  if (text.starts_with("HTTP/")) {
    start(text);
    return Outcome::kMore;
  }
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) return Outcome::kMore;
  head_.headers.push_back(
      {std::string(trim(text.substr(0, colon))), std::string(trim(text.substr(colon + 1)))});
  return Outcome::kMore;
}

void HttpHeadParser::start(std::string_view status_line) {
  head_ = {};
  status_line.remove_prefix(std::string_view("HTTP/").size());
  const auto version_end = status_line.find(' ');
  head_.version = status_line.substr(0, version_end);
  if (version_end == std::string_view::npos) return;
  status_line = trim(status_line.substr(version_end));
  const auto* end = status_line.data() + status_line.size();
  const auto [rest, failure] = std::from_chars(status_line.data(), end, head_.status);
  if (failure != std::errc{}) head_.status = 0;
  head_.reason = trim(std::string_view(rest, static_cast<std::size_t>(end - rest)));
}

}  // namespace sandport

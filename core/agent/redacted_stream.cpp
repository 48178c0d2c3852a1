#include "core/agent/redacted_stream.hpp"

#include <algorithm>
#include <utility>

namespace sandport {
namespace {

// A longer word is no key, and somebody waits for it.
constexpr std::size_t kLongestHeld = std::size_t{16} << 10;

// Whether a secret could go on over this byte: what keys are made of.
bool in_word(char byte) { return byte > ' ' && byte < '\x7f'; }

}  // namespace

std::string RedactedStream::add(std::string_view fragment) {
  if (!redactor_) return std::string(fragment);
  held_ += fragment;
  const auto last = std::find_if_not(held_.rbegin(), held_.rend(), in_word);
  auto end = static_cast<std::size_t>(held_.rend() - last);
  if (held_.size() - end > kLongestHeld) end = held_.size();
  if (end == 0) return {};
  std::string shown = held_.substr(0, end);
  held_.erase(0, end);
  return redactor_(std::move(shown));
}

std::string RedactedStream::flush() {
  std::string shown = std::exchange(held_, {});
  return redactor_ && !shown.empty() ? redactor_(std::move(shown)) : shown;
}

}  // namespace sandport

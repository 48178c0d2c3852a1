// Bytes as text that is safe to show: UTF-8 checks, cuts that split no character, escapes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sandport {
inline namespace v1 {

// Bytes of the well-formed UTF-8 character that text begins with; 0 when there is none.
[[nodiscard]] inline std::size_t utf8_character(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const auto follows = [&](std::size_t i, std::uint8_t low = 0x80, std::uint8_t high = 0xBF) {
    return i < text.size() && byte(i) >= low && byte(i) <= high;
  };
  if (text.empty()) return 0;
  const std::uint8_t first = byte(0);
  if (first < 0x80) return 1;
  if (first < 0xC2 || first > 0xF4) return 0;
  if (first < 0xE0) return follows(1) ? 2 : 0;
  if (first < 0xF0) {
    const std::uint8_t low = first == 0xE0 ? 0xA0 : 0x80;   // no overlong forms
    const std::uint8_t high = first == 0xED ? 0x9F : 0xBF;  // no surrogates
    return follows(1, low, high) && follows(2) ? 3 : 0;
  }
  const std::uint8_t low = first == 0xF0 ? 0x90 : 0x80;
  const std::uint8_t high = first == 0xF4 ? 0x8F : 0xBF;  // up to U+10FFFF
  return follows(1, low, high) && follows(2) && follows(3) ? 4 : 0;
}

[[nodiscard]] inline bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = utf8_character(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

// Bytes of text less a last character whose other bytes are missing.
[[nodiscard]] inline std::size_t utf8_whole(std::string_view text) {
  for (std::size_t back = 1; back <= 3 && back <= text.size(); ++back) {
    const auto first = static_cast<std::uint8_t>(text[text.size() - back]);
    if ((first & 0xC0) == 0x80) continue;
    const std::size_t length = first < 0xC2 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    return length > back ? text.size() - back : text.size();
  }
  return text.size();
}

// The most bytes, at most limit, to take from the front of text without splitting a character.
[[nodiscard]] inline std::size_t utf8_prefix(std::string_view text, std::size_t limit) {
  return limit >= text.size() ? text.size() : utf8_whole(text.substr(0, limit));
}

// Where to begin, at or after start, without splitting a character.
[[nodiscard]] inline std::size_t utf8_boundary(std::string_view text, std::size_t start) {
  std::size_t at = start;
  while (at < text.size() && at < start + 3 &&
         (static_cast<std::uint8_t>(text[at]) & 0xC0) == 0x80) {
    ++at;
  }
  return at;
}

// Valid UTF-8 for people and for JSON: tabs and line ends stay; other control characters and bytes
// that are not UTF-8 become \xNN.
[[nodiscard]] inline std::string printable(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size());
  while (!bytes.empty()) {
    const auto first = static_cast<std::uint8_t>(bytes.front());
    std::size_t length = utf8_character(bytes);
    const bool control = (first < 0x20 && first != '\t' && first != '\n') || first == 0x7F;
    if (length == 0 || control) {
      out += "\\x";
      out += kDigits[first >> 4];
      out += kDigits[first & 15];
      length = 1;
    } else {
      out.append(bytes.substr(0, length));
    }
    bytes.remove_prefix(length);
  }
  return out;
}

// Whether a sample of a file or stream is no text: a NUL, or much that no text holds. A character
// that the end of the sample cuts does not count.
[[nodiscard]] inline bool looks_binary(std::string_view sample) {
  const std::size_t size = sample.size();
  std::size_t odd = 0;
  while (!sample.empty()) {
    const auto first = static_cast<std::uint8_t>(sample.front());
    if (first == 0) return true;
    std::size_t length = utf8_character(sample);
    if (length == 0) {
      if (first >= 0xC2 && sample.size() < 4) break;
      ++odd;
      length = 1;
    } else if (first < 0x20 && (first < 0x07 || first > 0x0D) && first != 0x1B) {
      ++odd;
    }
    sample.remove_prefix(length);
  }
  return odd * 10 > size * 3;
}

}  // namespace v1
}  // namespace sandport

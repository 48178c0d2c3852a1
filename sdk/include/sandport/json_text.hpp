// Writing small JSON by hand. For reading, plugins bring the library they like.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace sandport {
inline namespace v1 {
namespace detail {

// The length of the valid UTF-8 sequence at the start of `text`, or 0.
[[nodiscard]] constexpr std::size_t utf8_sequence(std::string_view text) noexcept {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned first = at(0);
  if (first < 0x80) return 1;
  if (first < 0xC2 || first > 0xF4) return 0;
  const std::size_t length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  if (text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((at(i) & 0xC0u) != 0x80u) return 0;
  }
  // Overlong forms, surrogates, beyond U+10FFFF.
  if (first == 0xE0 && at(1) < 0xA0) return 0;
  if (first == 0xED && at(1) > 0x9F) return 0;
  if (first == 0xF0 && at(1) < 0x90) return 0;
  if (first == 0xF4 && at(1) > 0x8F) return 0;
  return length;
}

}  // namespace detail

// `text` as a JSON string with its quotes. What is not UTF-8 becomes U+FFFD, octet by octet.
[[nodiscard]] inline std::string json_quote(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 2);
  out += '"';
  while (!text.empty()) {
    const auto length = detail::utf8_sequence(text);
    const char first = text.front();
    if (length == 0) {
      out += "\xEF\xBF\xBD";
    } else if (first == '"' || first == '\\') {
      out += '\\';
      out += first;
    } else if (first == '\n') {
      out += "\\n";
    } else if (first == '\t') {
      out += "\\t";
    } else if (first == '\r') {
      out += "\\r";
    } else if (static_cast<unsigned char>(first) < 0x20) {
      constexpr std::string_view kHex = "0123456789abcdef";
      const auto value = static_cast<unsigned char>(first);
      out += "\\u00";
      out += kHex[value >> 4u];
      out += kHex[value & 15u];
    } else {
      out.append(text.substr(0, length));
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  out += '"';
  return out;
}

// An object under construction: JsonObject{}.text("name", value).raw("list", "[1,2]").take().
class JsonObject {
 public:
  JsonObject& text(std::string_view key, std::string_view value) {
    return raw(key, json_quote(value));
  }
  JsonObject& number(std::string_view key, std::int64_t value) {
    return raw(key, std::to_string(value));
  }
  JsonObject& boolean(std::string_view key, bool value) {
    return raw(key, value ? "true" : "false");
  }
  // `json` is a JSON value already.
  JsonObject& raw(std::string_view key, std::string_view json) {
    if (!text_.empty()) text_ += ',';
    text_ += json_quote(key);
    text_ += ':';
    text_ += json;
    return *this;
  }
  [[nodiscard]] std::string take() const { return '{' + text_ + '}'; }

 private:
  std::string text_;
};

// An array under construction; `json` is a JSON value already.
class JsonArray {
 public:
  JsonArray& raw(std::string_view json) {
    if (!text_.empty()) text_ += ',';
    text_ += json;
    return *this;
  }
  JsonArray& text(std::string_view value) { return raw(json_quote(value)); }
  [[nodiscard]] std::string take() const { return '[' + text_ + ']'; }

 private:
  std::string text_;
};

}  // namespace v1
}  // namespace sandport

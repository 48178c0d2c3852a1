#include "utf8_joiner.hpp"

#include <sandport/utf8.hpp>

#include <algorithm>

namespace openai {
namespace {

// U+10FF00 + byte, in plane 16's private area.
constexpr std::string_view kPrivateLead = "\xF4\x8F";
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

std::string private_character(unsigned char byte) {
  std::string text(kPrivateLead);
  text += static_cast<char>(0x80 | (0x3C + (byte >> 6)));
  text += static_cast<char>(0x80 | (byte & 0x3F));
  return text;
}

// The byte behind a private character at the front of text, or -1.
int private_byte(std::string_view text) {
  if (text.size() < 4 || !text.starts_with(kPrivateLead)) return -1;
  const int high = static_cast<unsigned char>(text[2]) - 0xBC;
  if (high < 0 || high > 3) return -1;
  return (high << 6) | (static_cast<unsigned char>(text[3]) & 0x3F);
}

}  // namespace

std::string escape_broken_utf8(std::string_view json) {
  if (sandport::is_utf8(json)) return std::string(json);
  std::string text;
  while (!json.empty()) {
    const std::size_t length = sandport::utf8_character(json);
    if (length == 0) {
      text += private_character(static_cast<unsigned char>(json.front()));
    } else {
      text += json.substr(0, length);
    }
    json.remove_prefix(std::max<std::size_t>(1, length));
  }
  return text;
}

std::string Utf8Joiner::join(std::string_view text) {
  if (pending_.empty() && text.find(kPrivateLead) == std::string_view::npos) {
    return std::string(text);
  }
  while (!text.empty()) {
    const int byte = private_byte(text);
    if (byte >= 0) {
      pending_ += static_cast<char>(byte);
      text.remove_prefix(4);
    } else {
      pending_ += text.front();
      text.remove_prefix(1);
    }
  }
  std::string whole;
  std::string_view rest = pending_;
  const std::size_t ready = sandport::utf8_whole(rest);
  while (rest.size() > pending_.size() - ready) {
    const std::size_t length = sandport::utf8_character(rest);
    whole += length == 0 ? kReplacement : rest.substr(0, length);
    rest.remove_prefix(std::max<std::size_t>(1, length));
  }
  pending_ = std::string(rest);
  return whole;
}

std::string Utf8Joiner::finish() {
  if (pending_.empty()) return {};
  pending_.clear();
  return std::string(kReplacement);
}

}  // namespace openai

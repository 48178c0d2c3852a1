#include "core/session/title.hpp"

#include <nlohmann/json.hpp>

namespace sandport {
namespace {

constexpr std::size_t kMaximumTitle = 80;

bool is_space(char character) {
  return static_cast<unsigned char>(character) <= ' ' || character == '\x7f';
}

std::string one_line(std::string_view text) {
  std::string line;
  for (const char character : text) {
    if (!is_space(character)) {
      line.push_back(character);
    } else if (!line.empty() && line.back() != ' ') {
      line.push_back(' ');
    }
    if (line.size() > kMaximumTitle) {
      break;
    }
  }
  if (line.size() > kMaximumTitle) {
    std::size_t end = kMaximumTitle - 3;  // room for the ellipsis
    while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xc0U) == 0x80U) {
      --end;  // never half a UTF-8 sequence
    }
    line.resize(end);
    line += "…";
  }
  while (!line.empty() && line.back() == ' ') {
    line.pop_back();
  }
  return line;
}

}  // namespace

std::string title_of_user_message(std::string_view payload_json) {
  const auto payload = nlohmann::json::parse(payload_json, nullptr, false);
  const auto content = nlohmann::json::json_pointer("/message/content");
  const auto role = nlohmann::json::json_pointer("/message/role");
  if (!payload.is_object() || !payload.contains(content) || !payload.at(content).is_array() ||
      !payload.contains(role) || payload.at(role) != "user") {
    return {};
  }
  for (const auto& block : payload.at(content)) {
    if (block.is_object() && block.contains("text") && block["text"].is_string()) {
      return one_line(block["text"].get_ref<const std::string&>());
    }
  }
  return {};
}

}  // namespace sandport

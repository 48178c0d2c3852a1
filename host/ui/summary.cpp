#include "host/ui/summary.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "host/ui/terminal.hpp"

namespace sandport {

std::string first_line(std::string_view text, std::size_t limit) {
  const bool more = text.find('\n') != std::string_view::npos;
  text = text.substr(0, text.find('\n'));
  if (text.size() <= limit && !more) return std::string(text);
  std::size_t end = std::min(text.size(), limit);
  // Not in the middle of a UTF-8 character.
  while (end > 0 && end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) {
    --end;
  }
  return std::string(text.substr(0, end)) + "…";
}

std::string summarize_arguments(std::string_view json, std::size_t limit) {
  const auto arguments = nlohmann::ordered_json::parse(json, nullptr, false);
  if (!arguments.is_object()) return first_line(printable(json), limit);
  // What a call is about says more than how: paths and commands first.
  std::vector<std::string> names;
  for (const char* first : {"path", "cmd", "pattern"}) {
    if (arguments.contains(first)) names.emplace_back(first);
  }
  for (const auto& [name, value] : arguments.items()) {
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  std::string line;
  for (const std::string& name : names) {
    const auto& value = arguments[name];
    if (!line.empty()) line += ' ';
    line += name + '=';
    line += value.is_string()
                ? value.get<std::string>()
                : value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    if (line.size() > limit) break;
  }
  return first_line(printable(line), limit);
}

std::string first_text(std::string_view content_json) {
  const auto content = nlohmann::json::parse(content_json, nullptr, false);
  std::string text;
  if (!content.is_array()) return text;
  for (const auto& part : content) {
    if (!part.is_object() || part.value("type", "") != "text") continue;
    if (!text.empty()) text += '\n';
    text += part.value("text", "");
  }
  return text;
}

}  // namespace sandport

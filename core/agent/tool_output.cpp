#include "core/agent/tool_output.hpp"
#include "core/json_text.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

namespace sandport {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kNoOutput = "(no output)";

Json text_part(std::string_view text) { return {{"type", "text"}, {"text", text}}; }

bool is_text(const Json& part) {
  if (!part.is_object() || part.value("type", Json()) != "text") return false;
  const auto text = part.find("text");
  return text != part.end() && text->is_string();
}

bool continues_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

std::size_t head_end(std::string_view text, std::size_t budget) {
  std::size_t end = budget;
  while (end > 0 && continues_character(text[end])) --end;
  const std::size_t line = text.substr(0, end).rfind('\n');
  return line != std::string_view::npos && line + 1 >= end - end / 4 ? line + 1 : end;
}

std::size_t tail_begin(std::string_view text, std::size_t budget) {
  std::size_t begin = text.size() - budget;
  while (begin < text.size() && continues_character(text[begin])) ++begin;
  const std::size_t line = text.find('\n', begin);
  return line != std::string_view::npos && line + 1 - begin <= budget / 4 ? line + 1 : begin;
}

Json parts_of(const std::string& content, std::string_view structured) {
  Json parts = Json::parse(content, nullptr, false);
  if (parts.is_discarded()) {
    parts = Json::array();
    if (!content.empty()) parts.push_back(text_part(content));
  } else if (!parts.is_array()) {
    parts = Json::array({text_part(content)});
  }
  if (parts.empty() && !structured.empty()) parts.push_back(text_part(structured));
  return parts;
}

// What each text part may keep, so that together they stay under the limit: early parts first.
bool cut_text(Json& parts, std::size_t limit) {
  bool cut = false;
  std::size_t left = limit;
  for (Json& part : parts) {
    if (!is_text(part)) continue;
    auto& text = part["text"].get_ref<std::string&>();
    if (text.size() > left) {
      text = head_and_tail(text, left);
      cut = true;
    }
    left -= std::min(left, text.size());
  }
  return cut;
}

bool drop_large_media(Json& parts, std::size_t limit) {
  bool cut = false;
  for (Json& part : parts) {
    if (is_text(part)) continue;
    const std::size_t size = json_text(part).size();
    if (size <= limit) continue;
    part = text_part(fmt::format(
        "[a part of {} bytes was left out here: it is larger than agent.max_tool_media]", size));
    cut = true;
  }
  return cut;
}

}  // namespace

std::string head_and_tail(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return std::string(text);
  // The beginning of an output usually says what it is, the end how it went: both get their half.
  const std::size_t head = head_end(text, limit / 2);
  const std::size_t tail = tail_begin(text, limit - limit / 2);
  return fmt::format("{}{}[... {} of {} bytes left out here ...]\n{}", text.substr(0, head),
                     head == 0 || text[head - 1] == '\n' ? "" : "\n", tail - head, text.size(),
                     text.substr(tail));
}

ShownOutput show_output(std::string content, std::string_view structured,
                        const OutputLimits& limits) {
  ShownOutput shown;
  Json parts = parts_of(content, structured);
  bool only_text = true;
  std::string text;
  for (const Json& part : parts) {
    only_text = only_text && is_text(part);
    if (is_text(part)) text += part["text"].get_ref<const std::string&>();
  }
  const bool cut = limits.text > 0 && text.size() > limits.text && cut_text(parts, limits.text);
  const bool dropped = limits.media > 0 && !only_text && drop_large_media(parts, limits.media);
  shown.truncated = cut || dropped;
  // An empty tool message is refused by some servers.
  if (only_text && text.empty()) parts = Json::array({text_part(kNoOutput)});
  if (shown.truncated) shown.whole = only_text ? std::move(text) : std::move(content);
  shown.content = json_text(parts);
  return shown;
}

}  // namespace sandport

#include "core/model/message.hpp"

#include <nlohmann/json.hpp>
#include <utility>

namespace sandport {
namespace {

using Json = nlohmann::ordered_json;

MessageText finish(const Json& message) {
  return std::make_shared<const std::string>(
      message.dump(-1, ' ', false, Json::error_handler_t::replace));
}

Json text_parts(std::string_view text) { return Json::array({{{"type", "text"}, {"text", text}}}); }

MessageText tool_message_of(std::string_view tool_call_id, Json content, ToolMessageKind kind) {
  Json message = {
      {"role", "tool"}, {"content", std::move(content)}, {"tool_call_id", tool_call_id}};
  if (kind == ToolMessageKind::kError) message["is_error"] = true;
  return finish(message);
}

}  // namespace

MessageText system_message(std::string_view text) {
  return finish({{"role", "system"}, {"content", text_parts(text)}});
}

MessageText user_message(std::string_view text) {
  return finish({{"role", "user"}, {"content", text_parts(text)}});
}

MessageText tool_message(std::string_view tool_call_id, std::string_view content_json,
                         ToolMessageKind kind) {
  Json content = Json::parse(content_json, nullptr, false);
  if (!content.is_array()) content = text_parts(content_json);
  return tool_message_of(tool_call_id, std::move(content), kind);
}

MessageText tool_error_message(std::string_view tool_call_id, std::string_view text) {
  return tool_message_of(tool_call_id, text_parts(text), ToolMessageKind::kError);
}

std::string text_of_message(std::string_view message_json) {
  std::string text;
  const Json message = Json::parse(message_json, nullptr, false);
  if (!message.is_object()) return text;
  const auto content = message.find("content");
  if (content == message.end() || !content->is_array()) return text;
  for (const Json& part : *content) {
    if (part.is_object() && part.value("type", "") == "text") text += part.value("text", "");
  }
  return text;
}

}  // namespace sandport

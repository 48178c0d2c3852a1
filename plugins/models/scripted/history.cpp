#include "history.hpp"

#include <nlohmann/json.hpp>

namespace scripted {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMostSessions = 65'536;

std::string_view view(sp_str text) { return {text.data, text.size}; }

Json parse(sp_str message) {
  return Json::parse(view(message), nullptr, /*allow_exceptions=*/false);
}

bool has_role(const Json& message, const char* role) {
  return message.is_object() && message.contains("role") && message["role"] == role;
}

std::string text_of(const Json& message) {
  const auto content = message.find("content");
  if (content == message.end()) return {};
  if (content->is_string()) return content->get<std::string>();
  std::string text;
  for (const Json& part : *content) {
    if (part.is_object() && part.contains("text") && part["text"].is_string()) {
      text += part["text"].get_ref<const std::string&>();
    }
  }
  return text;
}

std::string tool_of(const Json& assistant, const std::string& call_id) {
  if (!assistant.is_object() || !assistant.contains("tool_calls")) return {};
  for (const Json& call : assistant["tool_calls"]) {
    if (call.value("id", "") == call_id) return call.value("name", "");
  }
  return {};
}

}  // namespace

std::vector<ToolResult> latest_results(std::span<const sp_str> messages) {
  std::vector<Json> parsed;
  Json assistant;
  for (std::size_t i = messages.size(); i > 0; --i) {
    Json message = parse(messages[i - 1]);
    if (has_role(message, "assistant")) {
      assistant = std::move(message);
      break;
    }
    if (has_role(message, "tool")) parsed.push_back(std::move(message));
  }
  std::vector<ToolResult> results;
  for (auto message = parsed.rbegin(); message != parsed.rend(); ++message) {
    results.push_back({tool_of(assistant, message->value("tool_call_id", "")), text_of(*message),
                       message->value("is_error", false)});
  }
  return results;
}

Position Positions::advance(std::string_view session_id, std::span<const sp_str> messages) {
  const std::string key(session_id);
  Counted counted;
  {
    const std::lock_guard lock(mutex_);
    const auto found = sessions_.find(key);
    if (found != sessions_.end()) counted = found->second;
  }
  if (counted.messages > messages.size()) counted = {};  // the history was rewritten
  const std::uint64_t before = counted.position.replies;
  for (std::size_t i = counted.messages; i < messages.size(); ++i) {
    counted.position.bytes += messages[i].size;
    if (has_role(parse(messages[i]), "assistant")) ++counted.position.replies;
  }
  if (counted.position.replies != before) counted.position.attempts = 0;
  counted.messages = messages.size();
  const Position position = counted.position;
  ++counted.position.attempts;
  const std::lock_guard lock(mutex_);
  if (sessions_.size() >= kMostSessions && !sessions_.contains(key)) {
    sessions_.erase(sessions_.begin());
  }
  sessions_[key] = counted;
  return position;
}

}  // namespace scripted

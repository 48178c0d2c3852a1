#include "core/session/transcript.hpp"

#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/error.hpp"

namespace sandport {
namespace {

using Json = nlohmann::ordered_json;

[[noreturn]] void fail(std::string_view what) {
  throw Error(Code::kInvalidArgument, fmt::format("not a message: {}", what));
}

Role role_of(const Json& message) {
  constexpr std::array<std::pair<const char*, Role>, 4> kRoles = {{{"system", Role::kSystem},
                                                                   {"user", Role::kUser},
                                                                   {"assistant", Role::kAssistant},
                                                                   {"tool", Role::kTool}}};
  if (message.is_object() && message.contains("role")) {
    for (const auto& [name, role] : kRoles) {
      if (message["role"] == name) {
        return role;
      }
    }
  }
  fail("its role is none of system, user, assistant, tool");
}

std::string string_of(const Json& object, const char* key, const char* what) {
  const auto found = object.is_object() ? object.find(key) : object.end();
  if (found == object.end() || !found->is_string()) {
    fail(what);
  }
  return found->get<std::string>();
}

}  // namespace

TranscriptMessage make_transcript_message(std::string message_json) {
  const Json message = Json::parse(message_json, nullptr, false);
  TranscriptMessage made;
  made.role = role_of(message);
  if (made.role == Role::kTool) {
    made.tool_call_id = string_of(message, "tool_call_id", "a tool message without tool_call_id");
  }
  if (const auto calls = message.find("tool_calls");
      made.role == Role::kAssistant && calls != message.end() && calls->is_array()) {
    for (const Json& call : *calls) {
      made.tool_calls.push_back({string_of(call, "id", "a tool call without an id"),
                                 string_of(call, "name", "a tool call without a name")});
    }
  }
  made.json = std::make_shared<const std::string>(std::move(message_json));
  return made;
}

std::string tool_message_json(std::string_view tool_call_id, std::string_view text) {
  const Json message = {{"role", "tool"},
                        {"content", Json::array({{{"type", "text"}, {"text", text}}})},
                        {"tool_call_id", tool_call_id},
                        {"is_error", true}};
  return message.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace sandport

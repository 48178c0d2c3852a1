#include "messages.hpp"

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "json_access.hpp"
#include "parameter_schema.hpp"

namespace openai {
namespace {

using Json = nlohmann::json;

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

// The parts of a message as text, images and reasoning.
struct Parts {
  std::string text;
  std::string reasoning;
  bool has_reasoning = false;
  Json wire = Json::array();
  std::size_t images = 0;
};

Parts read_parts(const Json& message) {
  Parts parts;
  const Json* content = member(message, "content");
  if (content == nullptr) return parts;
  if (content->is_string()) {
    parts.text = content->get<std::string>();
    parts.wire.push_back({{"type", "text"}, {"text", parts.text}});
    return parts;
  }
  for (const Json& part : *content) {
    const std::string type = text_member(part, "type");
    if (type == "text") {
      const std::string text = text_member(part, "text");
      parts.text += text;
      parts.wire.push_back({{"type", "text"}, {"text", text}});
    } else if (type == "reasoning") {
      parts.reasoning += text_member(part, "text");
      parts.has_reasoning = true;
    } else if (type == "image") {
      const std::string url =
          "data:" + text_member(part, "mimeType") + ";base64," + text_member(part, "data");
      parts.wire.push_back({{"type", "image_url"}, {"image_url", {{"url", url}}}});
      ++parts.images;
    }
  }
  return parts;
}

// One text is sent as plain text, which every server takes.
Json to_content(const Parts& parts) {
  if (parts.images == 0 && parts.wire.size() <= 1) return parts.text;
  Json list = Json::array();
  for (const Json& part : parts.wire) {
    // An empty text part is an error to some servers.
    if (part["type"] != "text" || !part["text"].get_ref<const std::string&>().empty()) {
      list.push_back(part);
    }
  }
  return list.empty() ? Json("") : list;
}

Json to_wire_call(const Json& call) {
  const Json* arguments = member(call, "arguments");
  return {{"type", "function"},
          {"id", text_member(call, "id")},
          {"function",
           {{"name", text_member(call, "name")},
            {"arguments", arguments != nullptr && arguments->is_object() ? to_text(*arguments)
                                                                         : std::string("{}")}}}};
}

Json assistant_message(const Json& message, const Parts& parts, const MessageStyle& style) {
  Json wire{{"role", "assistant"}};
  if (parts.has_reasoning && !style.reasoning_key.empty()) {
    wire[style.reasoning_key] = parts.reasoning;
  }
  const Json* calls = member(message, "tool_calls");
  const bool has_calls = calls != nullptr && calls->is_array() && !calls->empty();
  if (has_calls) {
    for (const Json& call : *calls) wire["tool_calls"].push_back(to_wire_call(call));
  }
  // Beside tool calls a blank text is refused as empty by some servers.
  if (!has_calls || !is_blank(parts.text)) wire["content"] = parts.text;
  return wire;
}

}  // namespace

std::string to_wire_message(std::string_view text, const MessageStyle& style) {
  const Json message = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  const std::string role = text_member(message, "role");
  const Parts parts = read_parts(message);
  if (role == "assistant") return to_text(assistant_message(message, parts, style));
  if (role == "tool") {
    return to_text({{"role", "tool"},
                    {"tool_call_id", text_member(message, "tool_call_id")},
                    {"content", to_content(parts)}});
  }
  if (role == "system") return to_text({{"role", style.system_role}, {"content", parts.text}});
  if (role == "user") return to_text({{"role", "user"}, {"content", to_content(parts)}});
  throw std::invalid_argument("a message of the request has no known role");
}

std::string to_wire_tools(std::string_view text) {
  const Json tools = text.empty() ? Json::array() : Json::parse(text, nullptr, false);
  if (!tools.is_array()) throw std::invalid_argument("the tools of the request are no JSON array");
  Json wire = Json::array();
  for (const Json& tool : tools) {
    const std::string name = text_member(tool, "name");
    if (name.starts_with('$')) {  // a function that the server itself has
      wire.push_back({{"type", "builtin_function"}, {"function", {{"name", name}}}});
      continue;
    }
    const Json* schema = member(tool, "inputSchema");
    wire.push_back(
        {{"type", "function"},
         {"function",
          {{"name", name},
           {"description", text_member(tool, "description")},
           {"parameters", to_parameters(schema == nullptr ? Json::object() : *schema)}}}});
  }
  return to_text(wire);
}

}  // namespace openai

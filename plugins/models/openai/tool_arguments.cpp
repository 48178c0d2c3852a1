#include "tool_arguments.hpp"

#include <nlohmann/json.hpp>

namespace openai {
namespace {

using Json = nlohmann::json;

Json parse(const std::string& text) {
  return Json::parse(text, nullptr, /*allow_exceptions=*/false);
}

std::string why_broken(const std::string& text) {
  try {
    const Json value = Json::parse(text);
    return std::string("the arguments are a JSON ") + value.type_name() + ", not an object";
  } catch (const Json::parse_error& error) {
    return "the arguments are not JSON, from byte " + std::to_string(error.byte) + " of " +
           std::to_string(text.size()) + " on";
  }
}

}  // namespace

bool is_json_object(const std::string& text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  const std::size_t last = text.find_last_not_of(" \t\r\n");
  return first != std::string::npos && text[first] == '{' && text[last] == '}' &&
         Json::accept(text);
}

void add_arguments(Json& call, const std::string& text) {
  if (text.find_first_not_of(" \t\r\n") == std::string::npos) {
    call["arguments"] = Json::object();
    return;
  }
  Json value = parse(text);
  if (value.is_string()) value = parse(value.get<std::string>());
  if (value.is_null()) value = Json::object();
  if (value.is_object()) {
    call["arguments"] = std::move(value);
    return;
  }
  call["arguments_error"] = why_broken(text);
  call["arguments_text"] = text;
}

}  // namespace openai

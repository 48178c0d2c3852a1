#include "json_access.hpp"

#include <charconv>
#include <nlohmann/json.hpp>
#include <sandport/error.hpp>

namespace sandport_e2b {

using Json = nlohmann::json;

Json parse_reply(std::string_view text, std::string_view what) {
  Json json = Json::parse(text, nullptr, false);
  if (json.is_object()) return json;
  throw sandport::Error(SP_DATA_LOSS,
                        "E2B: the server's answer is no JSON object; while " + std::string(what),
                        "BAD_REPLY");
}

Json parse_request(std::string_view text, std::string_view what) {
  Json json = Json::parse(text.empty() ? "{}" : text, nullptr, false);
  if (json.is_object()) return json;
  throw sandport::Error(SP_INVALID_ARGUMENT, "E2B: " + std::string(what) + " is no JSON object");
}

const Json* member(const Json& object, const char* key) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(key);
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

std::string text_of(const Json& object, const char* key) {
  const Json* value = member(object, key);
  return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
}

std::int64_t number_of(const Json& object, const char* key, std::int64_t otherwise) {
  const Json* value = member(object, key);
  if (value == nullptr) return otherwise;
  if (value->is_number()) return value->get<std::int64_t>();
  if (!value->is_string()) return otherwise;
  const auto& text = value->get_ref<const std::string&>();
  std::int64_t number = otherwise;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

double decimal_of(const Json& object, const char* key) {
  const Json* value = member(object, key);
  return value != nullptr && value->is_number() ? value->get<double>() : 0.0;
}

bool truth_of(const Json& object, const char* key, bool otherwise) {
  const Json* value = member(object, key);
  return value != nullptr && value->is_boolean() ? value->get<bool>() : otherwise;
}

StringMap strings_of(const Json& object, const char* key) {
  StringMap strings;
  const Json* value = member(object, key);
  if (value == nullptr || !value->is_object()) return strings;
  for (const auto& [name, text] : value->items()) {
    if (text.is_string()) strings.emplace(name, text.get<std::string>());
  }
  return strings;
}

std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string dump_strict(const Json& json, std::string_view what) {
  try {
    return json.dump();
  } catch (const Json::exception&) {
    throw sandport::Error(SP_INVALID_ARGUMENT,
                          "E2B: " + std::string(what) + ": the service takes only text in UTF-8");
  }
}

}  // namespace sandport_e2b

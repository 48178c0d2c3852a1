#include "parameter_schema.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

namespace openai {
namespace {

using Json = nlohmann::json;

constexpr std::array<const char*, 5> kTyping{"type", "anyOf", "oneOf", "allOf", "$ref"};

class Inliner {
 public:
  explicit Inliner(const Json& root) : root_(root) {}

  [[nodiscard]] Json inlined(const Json& schema) {
    if (schema.is_array()) {
      Json list = Json::array();
      for (const Json& item : schema) list.push_back(inlined(item));
      return list;
    }
    if (!schema.is_object()) return schema;
    const auto reference = schema.find("$ref");
    if (reference != schema.end() && reference->is_string()) return resolved(schema, *reference);
    Json object = Json::object();
    for (const auto& [key, value] : schema.items()) {
      const bool definitions = key == "$defs" || key == "definitions";
      if (!(definitions && &schema == &root_)) object[key] = inlined(value);
    }
    return object;
  }

 private:
  Json resolved(const Json& schema, const std::string& reference) {
    // Recursion has no finite form: where a schema comes back to itself, anything may stand.
    if (!reference.starts_with('#') || !open_.insert(reference).second) {
      return Json{{"type", "object"}};
    }
    Json target = Json::object();
    try {
      target = inlined(root_.at(Json::json_pointer(reference.substr(1))));
    } catch (const Json::exception&) {
      target = Json{{"type", "object"}};
    }
    open_.erase(reference);
    if (target.is_object()) {
      for (const auto& [key, value] : schema.items()) {
        if (key != "$ref") target[key] = inlined(value);  // a description beside the reference
      }
    }
    return target;
  }

  const Json& root_;
  std::set<std::string> open_;
};

const char* type_of(const Json& value) {
  if (value.is_boolean()) return "boolean";
  if (value.is_number_integer()) return "integer";
  if (value.is_number()) return "number";
  if (value.is_array()) return "array";
  if (value.is_object()) return "object";
  return "string";
}

const char* guessed_type(const Json& schema) {
  if (schema.contains("properties") || schema.contains("additionalProperties")) return "object";
  if (schema.contains("items")) return "array";
  if (schema.contains("enum") && !schema["enum"].empty()) return type_of(schema["enum"][0]);
  if (schema.contains("const")) return type_of(schema["const"]);
  if (schema.contains("minimum") || schema.contains("maximum")) return "number";
  return "string";
}

void add_types(Json& schema) {
  if (!schema.is_object()) return;
  for (const char* key : {"anyOf", "oneOf", "allOf"}) {
    if (!schema.contains(key) || !schema[key].is_array()) continue;
    for (Json& option : schema[key]) add_types(option);
  }
  if (schema.contains("items")) add_types(schema["items"]);
  if (!schema.contains("properties") || !schema["properties"].is_object()) return;
  for (auto& [name, property] : schema["properties"].items()) {
    if (property.is_boolean()) property = Json::object();  // true: anything
    if (!property.is_object()) continue;
    const bool typed = std::any_of(kTyping.begin(), kTyping.end(),
                                   [&](const char* key) { return property.contains(key); });
    if (!typed) property["type"] = guessed_type(property);
    add_types(property);
  }
}

}  // namespace

Json to_parameters(const Json& input_schema) {
  Json schema = Inliner(input_schema).inlined(input_schema);
  if (!schema.is_object()) schema = Json::object();
  schema.erase("$schema");
  if (!schema.contains("type")) schema["type"] = "object";
  if (!schema.contains("properties")) schema["properties"] = Json::object();
  add_types(schema);
  return schema;
}

}  // namespace openai

#include "host/manifest/schema_type.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "host/manifest/adapt.hpp"
#include "host/manifest/node_json.hpp"

namespace sandport::manifest {
namespace {

using nlohmann::json;

std::string_view type_of(const json& value) {
  if (value.is_object()) return "object";
  if (value.is_array()) return "array";
  if (value.is_string()) return "string";
  if (value.is_boolean()) return "boolean";
  if (value.is_number_integer()) return "integer";
  return value.is_number() ? "number" : "null";
}

std::string with_article(const std::string& type) {
  if (type == "object") return "a map";
  if (type == "array") return "a list";
  if (type == "integer") return "an integer";
  return type == "null" ? "nothing" : "a " + type;
}

}  // namespace

std::vector<std::string> allowed_types(const json& schema) {
  std::vector<std::string> types;
  if (!schema.is_object() || !schema.contains("type")) return types;
  const json& type = schema["type"];
  if (type.is_string()) types.push_back(type.get<std::string>());
  if (type.is_array()) {
    for (const json& one : type) {
      if (one.is_string()) types.push_back(one.get<std::string>());
    }
  }
  return types;
}

bool allows(const std::vector<std::string>& types, std::string_view type) {
  return types.empty() || std::ranges::find(types, type) != types.end();
}

bool fits(const std::vector<std::string>& types, const json& value) {
  return allows(types, type_of(value)) || (value.is_number_integer() && allows(types, "number"));
}

std::string describe(const std::vector<std::string>& types) {
  std::string result;
  for (std::size_t i = 0; i < types.size(); ++i) {
    if (i > 0) result += i + 1 == types.size() ? " or " : ", ";
    result += with_article(types[i]);
  }
  return result;
}

json adapt_to(const std::vector<std::string>& types, const Node& scalar, const json& value) {
  if (types.empty() || !scalar.is_scalar() || scalar.origin != Node::Origin::kInterpolated) {
    return value;
  }
  if (allows(types, "string")) {
    // A number written without quotes keeps its type where both are allowed.
    return fits(types, value) ? value : json(scalar.text);
  }
  if (scalar.text.empty()) return nullptr;  // `${VAR:-}`: not given
  if (allows(types, "boolean") && (scalar.text == "0" || scalar.text == "1") &&
      !fits(types, json(0))) {
    return scalar.text == "1";
  }
  return to_json(as_plain_if_interpolated(scalar));
}

}  // namespace sandport::manifest

#include "host/manifest/generic_schema_check.hpp"

#include <array>
#include <cstddef>
#include <exception>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

// Without this the library ends the process on a schema that it does not understand.
#define VALIJSON_USE_EXCEPTIONS 1
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

namespace sandport::manifest {
namespace {

using nlohmann::json;

// std::regex, which the library uses for `pattern`, needs stack in proportion to the text.
constexpr std::size_t kMaxCheckedText = 4096;

// The library reads `format` of values that are not strings as well, and throws.
json without_formats(const json& schema) {
  if (!schema.is_structured()) return schema;
  json result = schema;
  if (result.is_object() && result.contains("format") && result["format"].is_string()) {
    result.erase("format");
  }
  for (auto& child : result) child = without_formats(child);
  return result;
}

json with_short_texts(const json& value) {
  if (value.is_string()) return value.get_ref<const std::string&>().substr(0, kMaxCheckedText);
  json result = value;
  if (result.is_structured()) {
    for (auto& child : result) child = with_short_texts(child);
  }
  return result;
}

void populate(const json& schema, valijson::Schema& parsed) {
  valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
  parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(schema), parsed);
}

// The library's context is "<root>", "[key]", "[0]", …
std::string to_pointer(const std::vector<std::string>& context) {
  std::string pointer;
  for (std::size_t i = 1; i < context.size(); ++i) {
    std::string_view step = context[i];
    if (step.starts_with('[') && step.ends_with(']')) step = step.substr(1, step.size() - 2);
    pointer += '/';
    for (const char c : step) {
      if (c == '~')
        pointer += "~0";
      else if (c == '/')
        pointer += "~1";
      else
        pointer += c;
    }
  }
  return pointer;
}

std::string explain(std::string_view description) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kExplained{{
      {"anyOf", "fits none of the forms that the plugin allows"},
      {"oneOf", "fits none of the forms that the plugin allows"},
      {"exactly one child", "fits several forms of which the plugin allows only one at a time"},
      {"if-then-else", "does not fit together with the other options"},
      {"dependent schema", "does not fit together with the other options"},
      {"'pattern'", "does not have the form that the plugin expects"},
      {"'not'", "is a value that the plugin excludes"},
      {"uniqueness", "has the same item twice"},
  }};
  for (const auto& [part, meaning] : kExplained) {
    if (description.find(part) != std::string_view::npos) return std::string(meaning);
  }
  if (description.ends_with('.')) description.remove_suffix(1);
  return std::string(description);
}

}  // namespace

std::string schema_problem(const json& schema) {
  if (schema.is_discarded()) return "it is not valid JSON";
  if (!schema.is_object()) return "it is not a JSON object";
  try {
    valijson::Schema parsed;
    populate(without_formats(schema), parsed);
  } catch (const std::exception& error) {
    return error.what();
  }
  return {};
}

std::vector<SchemaViolation> find_violations(const json& schema, const json& value) {
  std::vector<SchemaViolation> violations;
  try {
    valijson::Schema parsed;
    populate(without_formats(schema), parsed);
    valijson::Validator validator;
    valijson::ValidationResults results;
    const json shortened = with_short_texts(value);
    if (validator.validate(parsed, valijson::adapters::NlohmannJsonAdapter(shortened), &results)) {
      return violations;
    }
    for (const auto& error : results) {
      violations.push_back({to_pointer(error.context), explain(error.description)});
    }
    if (violations.empty()) violations.push_back({"", "does not fit the plugin's schema"});
  } catch (const std::exception& error) {
    violations.push_back(
        {"", std::string("the plugin's schema cannot be applied: ") + error.what()});
  }
  return violations;
}

}  // namespace sandport::manifest

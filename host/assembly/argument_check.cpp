#include "host/assembly/argument_check.hpp"

#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include "core/error.hpp"

namespace sandport {
namespace {

using Schemas = std::map<std::string, std::unique_ptr<valijson::Schema>, std::less<>>;

std::unique_ptr<valijson::Schema> compile(const ToolDefinition& tool) {
  const nlohmann::json text = nlohmann::json::parse(tool.input_schema, nullptr, false);
  auto schema = std::make_unique<valijson::Schema>();
  try {
    valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
    parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(text), *schema);
  } catch (const std::exception& error) {
    throw Error(Code::kInvalidArgument,
                fmt::format("the tool {} has an inputSchema that is no JSON "
                            "Schema: {}",
                            tool.name, error.what()));
  }
  return schema;
}

std::string describe(valijson::ValidationResults& results) {
  // The first error is the outermost and often says only that something below is wrong; the last
  // ones name the place.
  std::string text;
  valijson::ValidationResults::Error error;
  while (results.popError(error)) {
    std::string place;
    for (const std::string& part : error.context) {
      if (part != "<root>") place += part;
    }
    if (!text.empty()) text += "; ";
    text += place.empty() ? error.description : fmt::format("{}: {}", place, error.description);
  }
  return text;
}

}  // namespace

ArgumentCheck make_argument_check(const ToolCatalog& catalog) {
  auto schemas = std::make_shared<Schemas>();
  for (const auto& toolset : catalog.toolsets()) {
    for (const ToolDefinition& tool : toolset->tools()) schemas->emplace(tool.name, compile(tool));
  }
  return [schemas](const ToolDefinition& tool,
                   const nlohmann::json& arguments) -> std::optional<std::string> {
    const auto found = schemas->find(tool.name);
    if (found == schemas->end()) return std::nullopt;
    valijson::Validator validator(valijson::Validator::kStrongTypes);
    valijson::ValidationResults results;
    if (validator.validate(*found->second, valijson::adapters::NlohmannJsonAdapter(arguments),
                           &results)) {
      return std::nullopt;
    }
    return describe(results);
  };
}

}  // namespace sandport

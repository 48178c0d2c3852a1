#include "host/manifest/merged_schema.hpp"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "host/manifest/fields.hpp"

namespace sandport::manifest {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kReference = R"(\$\{)";
constexpr std::string_view kDurationPattern = R"(^([0-9]+(\.[0-9]+)?(ms|s|m|h|d))+$|\$\{)";
constexpr std::string_view kSizePattern = R"(^[0-9]+(\.[0-9]+)?([KMGT]i?)?B$|\$\{)";

Json text_with_reference() { return {{"type", "string"}, {"pattern", kReference}}; }

Json or_reference(Json schema) {
  Json result;
  result["anyOf"] = Json::array({std::move(schema), text_with_reference()});
  return result;
}

std::string_view kind_key(PluginKind kind) {
  switch (kind) {
    case PluginKind::kModel:
      return "model";
    case PluginKind::kBackend:
      return "backend";
    case PluginKind::kToolset:
      return "toolset";
    case PluginKind::kTemplateBuilder:
      break;
  }
  return "template_builder";
}

std::string definition_name(const PluginSchema& plugin) {
  return std::string(kind_key(plugin.kind)) + "." + plugin.name;
}

// `#/definitions/x` of a plugin's schema, seen from the merged one.
void move_references(Json& schema, const std::string& prefix) {
  if (schema.is_object()) {
    const auto reference = schema.find("$ref");
    if (reference != schema.end() && reference->is_string()) {
      const auto target = reference->get<std::string>();
      if (target.starts_with('#')) *reference = prefix + target.substr(1);
    }
  }
  if (schema.is_structured()) {
    for (auto& child : schema) move_references(child, prefix);
  }
}

bool takes_any_text(const Json& schema) {
  for (const auto* limit : {"enum", "const", "pattern", "format"}) {
    if (schema.contains(limit)) return false;
  }
  return !schema.contains("type") || schema["type"] == "string";
}

// Manifests are checked by editors before their variables are in.
void allow_references(Json& schema) {
  if (!schema.is_object()) return;
  for (const auto* key : {"properties", "patternProperties", "definitions"}) {
    if (!schema.contains(key) || !schema[key].is_object()) continue;
    for (auto& child : schema[key]) allow_references(child);
  }
  for (const auto* key : {"items", "additionalProperties"}) {
    if (schema.contains(key)) allow_references(schema[key]);
  }
  const bool structured = schema.value("type", Json()) == "object" ||
                          schema.value("type", Json()) == "array" || schema.contains("$ref");
  if (structured || takes_any_text(schema)) return;
  Json outside = Json::object();
  for (const auto* key : {"title", "description", "default", "writeOnly"}) {
    if (!schema.contains(key)) continue;
    outside[key] = schema[key];
    schema.erase(key);
  }
  outside.update(or_reference(std::exchange(schema, Json())));
  schema = std::move(outside);
}

Json choices(std::string_view list) {
  Json schema;
  schema["enum"] = split_choices(list);
  return schema;
}

Json value_schema(const Field& field) {
  switch (field.type) {
    case FieldType::kCount:
      return or_reference({{"type", "integer"}, {"minimum", 1}});
    case FieldType::kNumber:
      return or_reference({{"type", "integer"}, {"minimum", 0}});
    case FieldType::kDuration:
      return {{"type", "string"}, {"pattern", kDurationPattern}};
    case FieldType::kSize:
      return {{"type", "string"}, {"pattern", kSizePattern}};
    case FieldType::kChoice:
      return or_reference(choices(field.choices));
    case FieldType::kOnExit: {
      Json schema = or_reference(choices(field.choices));
      schema["anyOf"].push_back({{"type", "boolean"}});
      return schema;
    }
    case FieldType::kStrings:
      return {{"type", "array"}, {"items", {{"type", "string"}}}};
    case FieldType::kStringMap:
      return {{"type", "object"}, {"additionalProperties", {{"type", "string"}}}};
    case FieldType::kSha256:
      return {{"type", "string"}, {"pattern", R"(^[0-9a-fA-F]{64}$|\$\{)"}};
    case FieldType::kVersion: {
      Json schema;
      schema["const"] = 1;
      return schema;
    }
    case FieldType::kPaths: {
      Json schema;
      schema["anyOf"] =
          Json::array({{{"type", "string"}}, {{"type", "array"}, {"items", {{"type", "string"}}}}});
      return schema;
    }
    case FieldType::kOptions:
    case FieldType::kMap:
      return {{"type", "object"}};
    case FieldType::kList:
      return {{"type", "array"}};
    case FieldType::kString:
    case FieldType::kPluginName:
      break;
  }
  return {{"type", "string"}};
}

Json map_schema(std::span<const Field> fields) {
  Json schema = {{"type", "object"}, {"additionalProperties", false}};
  Json required = Json::array();
  for (const Field& field : fields) {
    Json property = {{"description", field.help}};
    property.update(value_schema(field));
    schema["properties"][std::string(field.key)] = std::move(property);
    if (field.presence == Presence::kRequired) required.push_back(field.key);
  }
  if (!required.empty()) schema["required"] = std::move(required);
  return schema;
}

// The map of a `uses:` / `with:` pair: which `with` is right depends on `uses`.
Json use_schema(std::span<const Field> fields, PluginKind kind,
                std::span<const PluginSchema> plugins, const Json& definitions) {
  Json schema = map_schema(fields);
  Json names = Json::array();
  Json cases = Json::array();
  for (const PluginSchema& plugin : plugins) {
    const std::string definition = definition_name(plugin);
    if (plugin.kind != kind) continue;
    names.push_back(plugin.name);
    if (!definitions.contains(definition)) continue;
    Json one;
    one["if"]["properties"]["uses"]["const"] = plugin.name;
    one["if"]["required"] = Json::array({"uses"});
    one["then"]["properties"]["with"]["$ref"] = "#/definitions/" + definition;
    cases.push_back(std::move(one));
  }
  if (!names.empty()) schema["properties"]["uses"]["examples"] = std::move(names);
  if (!cases.empty()) schema["allOf"] = std::move(cases);
  return schema;
}

Json plugin_definitions(std::span<const PluginSchema> plugins) {
  Json definitions = Json::object();
  for (const PluginSchema& plugin : plugins) {
    Json schema = Json::parse(plugin.schema, nullptr, /*allow_exceptions=*/false);
    if (!schema.is_object()) continue;
    const std::string name = definition_name(plugin);
    schema.erase("$schema");
    schema.erase("$id");
    allow_references(schema);
    move_references(schema, "#/definitions/" + name);
    if (!plugin.summary.empty() && !schema.contains("description")) {
      schema["description"] = plugin.summary;
    }
    definitions[name] = std::move(schema);
  }
  return definitions;
}

// A base manifest for `extends` may lack what is required, and anything may be there to be laid
// over.
void relax_for_extends(Json& schema) {
  Json required = std::exchange(schema["required"], Json());
  schema.erase("required");
  schema["if"]["not"]["required"] = Json::array({"extends"});
  schema["then"]["required"] = std::move(required);
}

}  // namespace

nlohmann::ordered_json merged_schema(std::span<const PluginSchema> plugins) {
  Json definitions = plugin_definitions(plugins);
  Json schema = {{"$schema", "http://json-schema.org/draft-07/schema#"},
                 {"title", "Sandport manifest"}};
  schema.update(map_schema(root_fields()));
  Json& properties = schema["properties"];
  const auto put = [&](const char* key, const Json& content) { properties[key].update(content); };
  put("model", use_schema(model_fields(), PluginKind::kModel, plugins, definitions));
  put("sandbox", use_schema(sandbox_fields(), PluginKind::kBackend, plugins, definitions));
  put("tools",
      {{"items", use_schema(toolset_fields(), PluginKind::kToolset, plugins, definitions)}});
  put("agent", map_schema(agent_fields()));
  put("permissions", map_schema(permission_fields()));
  schema["patternProperties"]["^x-"] = Json::object();
  relax_for_extends(schema);
  if (!definitions.empty()) schema["definitions"] = std::move(definitions);
  return schema;
}

}  // namespace sandport::manifest

#include "plugins/models/openai/parameter_schema.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace {

using nlohmann::json;

json parameters(const char* schema) { return openai::to_parameters(json::parse(schema)); }

TEST(ParameterSchema, GivesEveryPropertyAType) {
  const json schema = parameters(R"({"properties": {
    "a": {"description": "any"}, "b": {"enum": [1, 2]}, "c": {"items": {"properties": {"d": {}}}},
    "e": {"properties": {"f": {"const": true}}}, "g": {"anyOf": [{"properties": {"h": {}}}]}, "i": true}})");
  EXPECT_EQ(schema.at("type"), "object");
  const json& properties = schema.at("properties");
  EXPECT_EQ(properties.at("a").at("type"), "string");
  EXPECT_EQ(properties.at("b").at("type"), "integer");
  EXPECT_EQ(properties.at("c").at("type"), "array");
  EXPECT_EQ(properties.at("c").at("items").at("properties").at("d").at("type"), "string");
  EXPECT_EQ(properties.at("e").at("properties").at("f").at("type"), "boolean");
  EXPECT_EQ(properties.at("g").at("anyOf").at(0).at("properties").at("h").at("type"), "string");
  EXPECT_TRUE(properties.at("i").contains("type"));
}

TEST(ParameterSchema, WritesOutReferences) {
  const json schema = parameters(R"({"type": "object",
    "properties": {"p": {"$ref": "#/$defs/point", "description": "where"}},
    "$defs": {"point": {"type": "object", "properties": {"x": {"type": "number"}}}}})");
  EXPECT_EQ(schema, json::parse(R"({"type": "object", "properties": {"p": {"type": "object",
    "description": "where", "properties": {"x": {"type": "number"}}}}})"));
}

TEST(ParameterSchema, EndsRecursionAndUnknownReferences) {
  const json schema =
      parameters(R"({"properties": {"n": {"$ref": "#/$defs/node"}, "u": {"$ref": "#/none"}},
    "$defs": {"node": {"type": "object", "properties": {"next": {"$ref": "#/$defs/node"}}}}})");
  EXPECT_EQ(schema.at("properties").at("n").at("properties").at("next"),
            json({{"type", "object"}}));
  EXPECT_EQ(schema.at("properties").at("u"), json({{"type", "object"}}));
}

TEST(ParameterSchema, KeepsAPropertyThatIsCalledDefinitions) {
  EXPECT_TRUE(parameters(R"({"properties": {"definitions": {"type": "string"}}})")
                  .at("properties")
                  .contains("definitions"));
}

}  // namespace

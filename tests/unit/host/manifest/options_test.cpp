// A plugin's options against its schema.
#include "tests/unit/host/manifest/manifest_fixture.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "core/error.hpp"
#include "host/manifest/options.hpp"
#include "host/manifest/secrets.hpp"

namespace sandport::manifest {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr auto kSchema = R"json({
  "type": "object", "additionalProperties": false, "required": ["api_key"],
  "properties": {
    "api_key": {"type": "string", "writeOnly": true, "minLength": 3, "description": "Your key."},
    "timeout": {"type": "string", "format": "duration", "default": "5m"},
    "memory": {"type": "string", "format": "size"},
    "script": {"type": "string", "format": "host-path"},
    "count": {"type": "integer", "minimum": 1, "maximum": 9, "default": 2},
    "ratio": {"type": "number"},
    "verbose": {"type": "boolean"},
    "mode": {"enum": ["rest", "library"]},
    "host": {"type": "string", "pattern": "^[a-z.]+$"},
    "either": {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]},
    "labels": {"type": "object", "additionalProperties": {"type": "string"}},
    "servers": {"type": "array", "items": {"$ref": "#/definitions/server"}}
  },
  "definitions": {"server": {
    "type": "object", "required": ["url"], "additionalProperties": false,
    "properties": {"url": {"type": "string"}, "port": {"type": "integer", "default": 80},
                   "token": {"type": "string", "writeOnly": true}}}}
})json";

class OptionsTest : public ManifestTest {
 protected:
  // Loads a manifest whose model has these options, and checks them.
  std::string check(const std::string& with, const std::string& schema = kSchema) {
    auto result =
        load("version: 1\nmodel:\n  uses: openai\n  with: " + with + "\nsandbox: {uses: l}\n");
    EXPECT_EQ(problems(result), "");
    if (!result.manifest) return "not loaded";
    const auto found = check_plugin_options(
        *result.manifest, [&](PluginKind kind, const PluginUse&) -> std::optional<std::string> {
          if (kind == PluginKind::kModel) return schema;
          return std::nullopt;
        });
    use_ = result.manifest->model;
    return problems({std::nullopt, std::nullopt, found});
  }

  PluginUse use_;
};

TEST_F(OptionsTest, FillsInDefaults) {
  EXPECT_EQ(check("{api_key: abc, servers: [{url: u}]}"), "");
  EXPECT_EQ(use_.options,
            R"({"api_key":"abc","count":2,"servers":[{"port":80,"url":"u"}],"timeout":"5m"})");
}

TEST_F(OptionsTest, SaysWhatIsMissingAndWhatItIs) {
  EXPECT_EQ(check("{}"), "m.yaml:4:9: model.with: the option `api_key` is missing: Your key.\n");
}

TEST_F(OptionsTest, NamesTheNearestOption) {
  const std::string problem = check("{api_key: abc, tiemout: 5m}");
  EXPECT_THAT(problem,
              HasSubstr("m.yaml:4:24: model.with.tiemout: unknown option \"tiemout\"; did you "
                        "mean `timeout`? allowed: api_key, count,"));
  EXPECT_THAT(
      check("{api_key: abc, servers: [{url: u, prot: 1}]}"),
      HasSubstr("model.with.servers[0].prot: unknown option \"prot\"; did you mean `port`?"));
}

TEST_F(OptionsTest, ReportsEveryMistakeOnceAtItsPlace) {
  EXPECT_EQ(
      check("\n    api_key: abc\n    count: 12\n    timeout: soon\n    memory: 5\n"
            "    verbose: 3\n    mode: rset\n    host: \"A_B\"\n    labels: {a: 1}\n"
            "    servers: [{port: x}]\n    either: 5\n    ratio: [1]"),
      "m.yaml:6:12: model.with.count: must be at most 9\n"
      "m.yaml:7:14: model.with.timeout: expected a duration such as 300ms, 5m or 1h30m, got "
      "\"soon\"\n"
      "m.yaml:8:13: model.with.memory: a size needs a unit: write \"5B\", \"5MiB\" or the like\n"
      "m.yaml:9:14: model.with.verbose: expected a boolean, got 3\n"
      "m.yaml:10:11: model.with.mode: unknown value \"rset\"; did you mean `rest`? allowed: "
      "rest, library\n"
      "m.yaml:11:11: model.with.host: does not have the form that the plugin expects\n"
      "m.yaml:12:17: model.with.labels.a: expected a string, got 1; put quotes around it\n"
      "m.yaml:13:15: model.with.servers[0]: the option `url` is missing\n"
      "m.yaml:13:22: model.with.servers[0].port: expected an integer, got the string \"x\"\n"
      "m.yaml:14:13: model.with.either: fits none of the forms that the plugin allows\n"
      "m.yaml:15:12: model.with.ratio: expected a number, got a list\n");
}

TEST_F(OptionsTest, VariablesTakeTheTypeTheSchemaAsksFor) {
  variables_ = {{"N", "3"}, {"YES", "1"}, {"KEY", "12345"}, {"EMPTY", ""}};
  EXPECT_EQ(
      check("{api_key: \"${KEY}\", count: \"${N}\", verbose: \"${YES}\", ratio: \"${EMPTY}\"}"),
      "");
  EXPECT_EQ(use_.options, R"({"api_key":"12345","count":3,"timeout":"5m","verbose":true})");
  EXPECT_EQ(check("\n    api_key: ${KEY}"), "");
  EXPECT_THAT(use_.options, HasSubstr(R"("api_key":"12345")"));
}

TEST_F(OptionsTest, AnEmptyValueIsNotGiven) {
  EXPECT_EQ(check("{api_key: abc, count: , memory: ~}"), "");
  EXPECT_EQ(use_.options, R"({"api_key":"abc","count":2,"timeout":"5m"})");
}

TEST_F(OptionsTest, SecretsAreTextOfUnknownContent) {
  EXPECT_EQ(check("{api_key: \"${secret:K}\", mode: \"${secret:M}\", timeout: \"${secret:T}\", "
                  "host: \"${secret:H}\"}"),
            "");
  EXPECT_THAT(use_.secrets, ElementsAre("H", "K", "M", "T"));
  EXPECT_EQ(check("{api_key: abc, count: \"${secret:C}\"}"),
            "m.yaml:4:31: model.with.count: a secret is always text; expected an integer\n");
}

TEST_F(OptionsTest, ASecretDoesNotHideOtherMistakes) {
  EXPECT_EQ(check("{api_key: \"${secret:K}\", x: 1}",
                  R"({"properties": {"api_key": {"type": "string"}}, "not": {"required": ["x"]}})"),
            "m.yaml:4:9: model.with: is a value that the plugin excludes\n");
}

TEST_F(OptionsTest, SecretsAreResolvedOnlyWhenAsked) {
  ASSERT_EQ(check("{api_key: \"Bearer ${secret:K}\", labels: {a: \"${secret:L}\"}}"), "");
  EXPECT_THAT(use_.options, Not(HasSubstr("value")));
  const auto resolver = [](std::string_view name) { return "value-of-" + std::string(name); };
  const auto options = nlohmann::json::parse(resolve_secrets_in_json(use_.options, resolver));
  EXPECT_EQ(options["api_key"], "Bearer value-of-K");
  EXPECT_EQ(options["labels"]["a"], "value-of-L");
  EXPECT_EQ(options["count"], 2);
  const auto none = [](std::string_view) -> std::string {
    throw Error(Code::kNotFound, "no secret");
  };
  EXPECT_THROW((void)resolve_secrets_in_json(use_.options, none), Error);
}

TEST_F(OptionsTest, ErrorsNeverRepeatAVariablesValue) {
  variables_ = {{"KEY", "sk-very-secret"}};
  const std::string all = check(
      "{api_key: \"${KEY}\", count: \"${KEY}\", timeout: \"${KEY}\", mode: \"${KEY}\", host: "
      "\"${KEY}\"}");
  EXPECT_THAT(all, HasSubstr("model.with.mode: expected one of rest, library"));
  EXPECT_THAT(all, HasSubstr("model.with.timeout: the variable's value is not a duration"));
  EXPECT_THAT(all, Not(HasSubstr("sk-very-secret")));
}

TEST_F(OptionsTest, HostPathsBecomeAbsoluteFromTheManifestsDirectory) {
  const auto path =
      write("sub/m.yaml",
            "version: 1\nmodel: {uses: openai, with: {api_key: abc, script: a/../b.yaml}}\n"
            "sandbox: {uses: l}\n");
  auto result = load_manifest(path, options());
  ASSERT_EQ(problems(result), "");
  const auto found = check_plugin_options(
      *result.manifest, [](PluginKind kind, const PluginUse&) -> std::optional<std::string> {
        if (kind == PluginKind::kModel) return kSchema;
        return std::nullopt;
      });
  EXPECT_TRUE(found.empty());
  EXPECT_EQ(nlohmann::json::parse(result.manifest->model.options)["script"],
            (directory_ / "sub/b.yaml").string());
}

TEST_F(OptionsTest, RemembersWhatTheSchemaHides) {
  ASSERT_EQ(check("{api_key: abc, servers: [{url: u, token: t}]}"), "");
  EXPECT_THAT(use_.hidden_options, ElementsAre("/api_key", "/servers/0/token"));
}

TEST_F(OptionsTest, BlamesABrokenSchemaOnThePlugin) {
  for (const auto* schema : {"{", "[]", R"({"type": 5})", R"({"$ref": "http://x.test/s.json"})"}) {
    EXPECT_THAT(check("{}", schema),
                HasSubstr("m.yaml:3:9: model.uses: the options schema of the plugin \"openai\""))
        << schema;
  }
}

TEST_F(OptionsTest, WithoutASchemaAnyOptionsPass) {
  EXPECT_EQ(check("{whatever: [1, 2]}", ""), "");
  EXPECT_EQ(use_.options, R"({"whatever":[1,2]})");
}

TEST_F(OptionsTest, ALongTextAgainstAPatternIsNoDanger) {
  EXPECT_EQ(check("{api_key: abc, host: " + std::string(500'000, 'a') + "}"), "");
}

TEST_F(OptionsTest, ASchemaThatRefersToItselfEnds) {
  EXPECT_EQ(check("{child: {child: {child: {}}}}",
                  R"({"type": "object", "properties": {"child": {"$ref": "#"}}})"),
            "");
}

}  // namespace
}  // namespace sandport::manifest

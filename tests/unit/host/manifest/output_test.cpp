// What `sandport config` and `sandport schema` print.
#include "tests/unit/host/manifest/manifest_fixture.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "host/manifest/fields.hpp"
#include "host/manifest/generic_schema_check.hpp"
#include "host/manifest/merged_schema.hpp"
#include "host/manifest/node_json.hpp"
#include "host/manifest/options.hpp"
#include "host/manifest/parse.hpp"
#include "host/manifest/render.hpp"

namespace sandport::manifest {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

constexpr auto kOptions = R"json({
  "type": "object", "additionalProperties": false,
  "properties": {"api_key": {"type": "string", "writeOnly": true},
                 "header": {"type": "string"},
                 "port": {"$ref": "#/definitions/port"},
                 "mode": {"enum": ["a", "b"], "description": "Which."}},
  "definitions": {"port": {"type": "integer"}}
})json";

using ConfigTest = ManifestTest;

TEST_F(ConfigTest, MasksSecretsAndWriteOnlyOptions) {
  variables_ = {{"KEY", "sk-from-environment"}};
  auto result = load(
      "version: 1\nmodel: {uses: m, with: {api_key: \"${KEY}\", header: \"Bearer "
      "${secret:TOKEN}\"}}\n"
      "sandbox: {uses: l, env: {T: \"${secret:T}\"}}\n");
  ASSERT_EQ(problems(result), "");
  (void)check_plugin_options(*result.manifest,
                             [](PluginKind, const PluginUse&) { return std::string(kOptions); });
  const std::string text = render_config(*result.manifest);
  EXPECT_THAT(text, HasSubstr("api_key: \"***\""));
  EXPECT_THAT(text, HasSubstr("header: Bearer ***"));
  EXPECT_THAT(text, HasSubstr("T: \"***\""));
  EXPECT_THAT(text, Not(HasSubstr("sk-from-environment")));
  EXPECT_THAT(text, Not(HasSubstr("TOKEN")));
}

TEST_F(ConfigTest, LoadsAgainToTheSameManifest) {
  variables_ = {{"WORK", "/w"}};
  const auto first = load(R"yaml(version: 1
name: "007"
description: "yes: really # no"
model: {uses: m, with: {a: "true", b: 1.5, c: [1, "", ~], d: "$$x ${WORK}", e: "<<", "k y": "- z",
  "a\nb\n": "x\x19\ny\n"}}
sandbox: {uses: l, work_dir: "${WORK}", env: {A: "1"}, on_exit: keep}
tools: [{uses: files, include: [fs_read], exclude: []}]
agent: {system_prompt: "  lead\n\ntail\n", max_steps: 3, max_time: 90s, tool_output_limit: 1MiB}
permissions: {deny: ["bash_run(rm *)"], default: ask}
prompt: |
  a: b
  	tab	é
)yaml");
  ASSERT_EQ(problems(first), "");
  const auto second = load(render_config(*first.manifest));
  ASSERT_EQ(problems(second), "") << render_config(*first.manifest);
  EXPECT_EQ(config_json(*second.manifest).dump(1), config_json(*first.manifest).dump(1));
  EXPECT_EQ(second.manifest->model.options, first.manifest->model.options);
  EXPECT_EQ(second.manifest->prompt, "a: b\n\ttab\té\n");
}

class SchemaTest : public ManifestTest {
 protected:
  [[nodiscard]] std::string violations(const std::string& yaml) const {
    const std::vector<PluginSchema> plugins{
        {PluginKind::kModel, "openai", "Chat completions.", kOptions},
        {PluginKind::kBackend, "local", "", ""},
        {PluginKind::kToolset, "broken", "", "{"}};
    const json schema = json::parse(merged_schema(plugins).dump());
    EXPECT_EQ(schema_problem(schema), "");
    auto sources = std::make_shared<Sources>();
    sources->set_text(sources->add("m.yaml", "."), yaml);
    Diagnostics diagnostics(sources);
    Budget budget;
    const auto root = parse_yaml(*sources, 0, budget, diagnostics);
    std::string all;
    for (const auto& violation : find_violations(schema, to_json(*root))) {
      all += violation.pointer + ": " + violation.message + "\n";
    }
    return all;
  }
};

TEST_F(SchemaTest, AcceptsWhatTheLoaderAccepts) {
  EXPECT_EQ(violations(R"yaml(version: 1
x-anything: [1]
model: {uses: openai, with: {api_key: "${secret:K}", port: "${PORT:-80}", mode: "${MODE}"}}
sandbox: {uses: local, on_exit: false, env: {A: b}}
tools: [{uses: unknown-plugin, with: {free: form}}]
agent: {max_steps: "${STEPS}", tool_timeout: 1h30m, tool_output_limit: 64KiB}
permissions: {default: ask}
)yaml"),
            "");
}

TEST_F(SchemaTest, ChecksOptionsByThePluginThatIsUsed) {
  EXPECT_THAT(
      violations("version: 1\nmodel: {uses: openai, with: {api_kye: x}}\nsandbox: {uses: l}\n"),
      HasSubstr("api_kye"));
  EXPECT_THAT(
      violations("version: 1\nmodel: {uses: openai, with: {port: x}}\nsandbox: {uses: l}\n"),
      HasSubstr("/model/with/port"));
  EXPECT_EQ(violations("version: 1\nmodel: {uses: other, with: {port: x}}\nsandbox: {uses: l}\n"),
            "");
}

TEST_F(SchemaTest, FindsUnknownKeysAndWrongTypes) {
  const std::string good = "version: 1\nmodel: {uses: m}\nsandbox: {uses: l}\n";
  EXPECT_EQ(violations(good), "");
  EXPECT_NE(violations(good + "promt: x\n"), "");
  EXPECT_NE(violations(good + "agent: {max_parallel_tools: 0}\n"), "");
  EXPECT_NE(violations(good + "agent: {tool_timeout: 5}\n"), "");
  EXPECT_NE(violations(good + "permissions: {default: maybe}\n"), "");
  EXPECT_NE(violations("version: 1\nmodel: {uses: m}\n"), "");
}

TEST_F(SchemaTest, AManifestThatExtendsMayLackKeys) {
  EXPECT_EQ(violations("extends: base.yaml\n"), "");
}

TEST_F(SchemaTest, DescribesEveryKeyTheLoaderKnows) {
  const auto schema = merged_schema({});
  const auto described = [](const auto& map, std::span<const Field> fields) {
    for (const Field& field : fields) {
      EXPECT_TRUE(map["properties"].contains(field.key)) << field.key;
      EXPECT_TRUE(map["properties"][std::string(field.key)].contains("description")) << field.key;
    }
  };
  described(schema, root_fields());
  described(schema["properties"]["agent"], agent_fields());
  described(schema["properties"]["sandbox"], sandbox_fields());
  described(schema["properties"]["permissions"], permission_fields());
  described(schema["properties"]["tools"]["items"], toolset_fields());
}

}  // namespace
}  // namespace sandport::manifest

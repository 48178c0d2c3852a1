// `extends` and `--set`: what lies over what, and where errors then point.
#include "tests/unit/host/manifest/manifest_fixture.hpp"

#include <gmock/gmock.h>

#include "host/manifest/fields.hpp"
#include "host/manifest/text.hpp"

namespace sandport::manifest {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class LayersTest : public ManifestTest {
 protected:
  void SetUp() override {
    ManifestTest::SetUp();
    write("base.yaml",
          "version: 1\nmodel: {uses: openai, with: {model: a, retries: 2}}\n"
          "sandbox: {uses: e2b, file: lib/e2b.so, with: {template: base}}\n"
          "tools: [{uses: files}, {uses: shell}]\nagent: {max_steps: 5, max_tokens: 9}\n");
  }

  [[nodiscard]] ManifestResult load_file(const std::string& name, const std::string& text) const {
    return load_manifest(write(name, text), options());
  }
};

TEST_F(LayersTest, MergesMapsAndReplacesLists) {
  const auto result = load_file("sub/top.yaml",
                                "extends: ../base.yaml\nmodel: {with: {model: b}}\n"
                                "tools: [{uses: todo}]\nagent: {max_steps: 6}\n");
  ASSERT_EQ(problems(result), "");
  EXPECT_EQ(result.manifest->model.options, R"({"model":"b","retries":2})");
  ASSERT_EQ(result.manifest->tools.size(), 1U);
  EXPECT_EQ(result.manifest->tools[0].plugin.uses, "todo");
  EXPECT_EQ(result.manifest->agent.max_steps, 6);
  EXPECT_EQ(result.manifest->agent.max_tokens, 9);
}

TEST_F(LayersTest, ResolvesPathsFromTheFileThatHasThem) {
  const auto result = load_file("sub/top.yaml", "extends: ../base.yaml\n");
  ASSERT_EQ(problems(result), "");
  EXPECT_EQ(result.manifest->sandbox.plugin.file, directory_ / "lib/e2b.so");
}

TEST_F(LayersTest, AnotherPluginDoesNotInheritOptions) {
  const auto result = load_file("top.yaml", "extends: base.yaml\nsandbox: {uses: local}\n");
  ASSERT_EQ(problems(result), "");
  EXPECT_EQ(result.manifest->sandbox.plugin.options, "{}");
  EXPECT_TRUE(result.manifest->sandbox.plugin.file.empty());
}

TEST_F(LayersTest, LaterBasesWin) {
  write("more.yaml", "agent: {max_steps: 7}\nname: more\n");
  const auto result = load_file("top.yaml", "extends: [base.yaml, more.yaml]\nname: top\n");
  ASSERT_EQ(problems(result), "");
  EXPECT_EQ(result.manifest->agent.max_steps, 7);
  EXPECT_EQ(result.manifest->agent.max_tokens, 9);
  EXPECT_EQ(result.manifest->name, "top");
}

TEST_F(LayersTest, ErrorsPointIntoTheFileThatHasThem) {
  write("bad.yaml", "version: 1\nagent:\n  max_stesp: 3\n");
  const auto result =
      load_file("top.yaml", "extends: bad.yaml\nmodel: {uses: m}\nsandbox: {uses: l}\nname: 3\n");
  EXPECT_EQ(
      problems(result),
      (directory_ / "top.yaml").string() +
          ":4:7: name: expected a string, got 3; put quotes around it\n" +
          (directory_ / "bad.yaml").string() +
          ":3:3: agent.max_stesp: unknown key \"max_stesp\"; did you mean `max_steps`? allowed: "
          "" +
          join(keys_of(agent_fields())) + "\n");
}

TEST_F(LayersTest, PrintsTheChainOfACycle) {
  write("a.yaml", "extends: b.yaml\n");
  write("b.yaml", "extends: ./sub/../c.yaml\n");
  write("c.yaml", "extends: a.yaml\n");
  std::filesystem::create_directories(directory_ / "sub");
  const auto result = load_manifest(directory_ / "a.yaml", options());
  const std::string at = directory_.string() + "/";
  EXPECT_EQ(problems(result), at + "c.yaml:1:10: extends: these files extend each other: " + at +
                                  "a.yaml -> " + at + "b.yaml -> " + at + "c.yaml -> " + at +
                                  "a.yaml\n");
}

TEST_F(LayersTest, BoundsTheNumberOfFiles) {
  for (int i = 0; i < 12; ++i) {
    const std::string next = std::to_string(i + 1) + ".yaml";
    write(std::to_string(i) + ".yaml", "extends: [" + next + ", " + next + "]\n");
  }
  write("12.yaml", "version: 1\n");
  EXPECT_THAT(problems(load_manifest(directory_ / "0.yaml", options())),
              HasSubstr("more than 32 files"));
}

TEST_F(LayersTest, SaysWhichBaseIsMissing) {
  EXPECT_THAT(problems(load_file("top.yaml", "extends: none.yaml\n")),
              HasSubstr("top.yaml:1:10: extends: cannot open"));
  EXPECT_THAT(problems(load_file("top.yaml", "extends: {a: b}\n")),
              HasSubstr("expected the path of a manifest"));
}

TEST_F(LayersTest, ExtendsTakesVariables) {
  variables_["FLAVOUR"] = "base";
  EXPECT_EQ(problems(load_file("top.yaml", "extends: ${FLAVOUR}.yaml\n")), "");
  EXPECT_THAT(problems(load_file("top.yaml", "extends: ${NONE}.yaml\n")),
              HasSubstr("top.yaml:1:10: extends: the environment variable NONE"));
}

TEST_F(LayersTest, SetChangesAnythingAndIsTypedAsYaml) {
  sets_ = {"agent.max_steps=11",           "tools[1].with.timeout=30s",
           "tools[2].uses=todo",           "permissions.deny=[\"bash_run(*)\", fs_write]",
           "sandbox.env.\"A.B\"=x: y # z", "model.with.nested={a: [1, true]}",
           "model.with.text=\"5\"",        "name=${NAME:-n}"};
  const auto result = load_file("top.yaml", "extends: base.yaml\n");
  ASSERT_EQ(problems(result), "");
  const Manifest& manifest = *result.manifest;
  EXPECT_EQ(manifest.agent.max_steps, 11);
  EXPECT_EQ(manifest.tools[1].plugin.options, R"({"timeout":"30s"})");
  EXPECT_EQ(manifest.tools[2].plugin.uses, "todo");
  EXPECT_THAT(manifest.permissions.deny, ElementsAre("bash_run(*)", "fs_write"));
  EXPECT_EQ(manifest.sandbox.environment[0],
            (std::pair<std::string, std::string>{"A.B", "x: y # z"}));
  EXPECT_EQ(manifest.model.options,
            R"({"model":"a","nested":{"a":[1,true]},"retries":2,"text":"5"})");
  EXPECT_EQ(manifest.name, "n");
}

TEST_F(LayersTest, SettingAnotherPluginDropsTheOldOptionsAndKeepsThoseSetBesideIt) {
  sets_ = {"sandbox.with.root=/tmp", "sandbox.uses=local"};
  const auto result = load_file("top.yaml", "extends: base.yaml\n");
  ASSERT_EQ(problems(result), "");
  EXPECT_EQ(result.manifest->sandbox.plugin.options, R"({"root":"/tmp"})");
}

TEST_F(LayersTest, ABadSetSaysWhy) {
  const auto problem = [&](const std::string& argument) {
    sets_ = {argument};
    return problems(load_with("agent: {max_steps: 5}\n"));
  };
  EXPECT_EQ(
      problem("agent.max_steps=many"),
      "--set:1:17: agent.max_steps: expected an integer from 0 up, got the string \"many\"\n");
  EXPECT_THAT(problem("agent.max_stesp=3"), HasSubstr("--set:1:17: agent.max_stesp: unknown key"));
  EXPECT_THAT(problem("agent.max_steps.x=3"),
              HasSubstr("cannot set this: agent.max_steps is an integer, not a map"));
  EXPECT_THAT(problem("agent[0]=3"), HasSubstr("cannot set this: agent is a map, not a list"));
  EXPECT_THAT(problem("no_equals_sign"), HasSubstr("expected path=value"));
  EXPECT_THAT(problem("=3"), HasSubstr("expected path=value"));
  EXPECT_THAT(problem("a..b=3"), HasSubstr("expected path=value"));
  EXPECT_THAT(problem("tools[x]=3"), HasSubstr("expected a list place"));
  EXPECT_THAT(problem("prompt=[a"), HasSubstr("--set:1:8: "));
  EXPECT_THAT(problem("extends=x.yaml"), HasSubstr("belongs in a file"));
  EXPECT_THAT(problem("name=\xFF"), HasSubstr("not UTF-8"));
}

TEST_F(LayersTest, ASetBeyondTheEndOfAListIsRefused) {
  sets_ = {"tools[7].uses=x"};
  EXPECT_THAT(problems(load_file("top.yaml", "extends: base.yaml\n")),
              HasSubstr("cannot set this: tools has 2 items, counted from 0"));
}

}  // namespace
}  // namespace sandport::manifest

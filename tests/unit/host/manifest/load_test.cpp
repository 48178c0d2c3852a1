#include "tests/unit/host/manifest/manifest_fixture.hpp"

#include <gmock/gmock.h>

#include <chrono>

namespace sandport::manifest {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;

using LoadTest = ManifestTest;

constexpr auto kComplete = R"yaml(version: 1
name: coder
description: Writes code.
model:
  uses: openai
  file: plugins/openai.so
  sha256: 0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef
  with: {base_url: "https://example.test/v1", api_key: "${secret:KEY}", retries: 3, ratio: 0.5, on: true}
sandbox:
  uses: e2b
  work_dir: ${WORK_DIR:-/home/user/work}
  env: {LANG: C.UTF-8, TOKEN: "${secret:TOKEN}"}
  on_exit: pause
tools:
  - uses: files
    include: [fs_read, fs_list]
  - uses: shell
    with: {timeout: 120s}
    exclude: [bash_kill]
agent:
  system_prompt: Be brief.
  max_steps: 7
  max_tokens: 100000
  max_output_tokens: 4096
  max_tool_media: 5MB
  cancel_grace: 3s
  model_retry_max_delay: 20s
  model_retry_after_limit: 1m
  max_time: 1h30m
  max_parallel_tools: 4
  max_identical_calls: 3
  tool_timeout: 90s
  tool_output_limit: 64KiB
  model_retries: 0
  model_retry_delay: 300ms
  model_idle_timeout: 2m
permissions:
  deny: ["bash_run(git push *)"]
  ask: ["bash_run(*)"]
  allow: ["fs_*"]
  default: ask
  unattended: deny
prompt: |
  Explore.
)yaml";

TEST_F(LoadTest, ReadsEveryKey) {
  const auto path = write("m.yaml", kComplete);
  const auto result = load_manifest(path, options());
  ASSERT_EQ(problems(result), "");
  const Manifest& manifest = *result.manifest;
  EXPECT_EQ(manifest.name, "coder");
  EXPECT_EQ(manifest.description, "Writes code.");
  EXPECT_EQ(manifest.model.uses, "openai");
  EXPECT_EQ(manifest.model.file, directory_ / "plugins/openai.so");
  EXPECT_EQ(manifest.model.sha256,
            "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");
  EXPECT_THAT(manifest.model.secrets, ElementsAre("KEY"));
  EXPECT_EQ(manifest.sandbox.work_dir, "/home/user/work");
  EXPECT_THAT(manifest.sandbox.environment,
              ElementsAre(Pair("LANG", "C.UTF-8"), Pair("TOKEN", testing::_)));
  EXPECT_EQ(manifest.sandbox.on_exit, OnExit::kPause);
  ASSERT_EQ(manifest.tools.size(), 2U);
  EXPECT_EQ(manifest.tools[0].include, (std::vector<std::string>{"fs_read", "fs_list"}));
  EXPECT_EQ(manifest.tools[1].plugin.uses, "shell");
  EXPECT_EQ(manifest.tools[1].plugin.path, "tools[1]");
  EXPECT_EQ(manifest.tools[1].plugin.options, R"({"timeout":"120s"})");
  EXPECT_THAT(manifest.tools[1].exclude, ElementsAre("bash_kill"));
  EXPECT_EQ(manifest.agent.system_prompt, "Be brief.");
  EXPECT_EQ(manifest.agent.max_steps, 7);
  EXPECT_EQ(manifest.agent.max_tokens, 100000);
  EXPECT_EQ(manifest.agent.max_output_tokens, 4096);
  EXPECT_EQ(manifest.agent.max_tool_media, 5'000'000U);
  EXPECT_EQ(manifest.agent.cancel_grace, 3s);
  EXPECT_EQ(manifest.agent.model_retry_max_delay, 20s);
  EXPECT_EQ(manifest.agent.model_retry_after_limit, 1min);
  EXPECT_EQ(manifest.agent.max_time, 90min);
  EXPECT_EQ(manifest.agent.max_parallel_tools, 4);
  EXPECT_EQ(manifest.agent.max_identical_calls, 3);
  EXPECT_EQ(manifest.agent.tool_timeout, 90s);
  EXPECT_EQ(manifest.agent.tool_output_limit, 65536U);
  EXPECT_EQ(manifest.agent.model_retries, 0);
  EXPECT_EQ(manifest.agent.model_retry_delay, 300ms);
  EXPECT_EQ(manifest.agent.model_idle_timeout, 2min);
  EXPECT_THAT(manifest.permissions.deny, ElementsAre("bash_run(git push *)"));
  EXPECT_THAT(manifest.permissions.ask, ElementsAre("bash_run(*)"));
  EXPECT_THAT(manifest.permissions.allow, ElementsAre("fs_*"));
  EXPECT_EQ(manifest.permissions.otherwise, Decision::kAsk);
  EXPECT_EQ(manifest.permissions.unattended, Decision::kDeny);
  EXPECT_EQ(manifest.prompt, "Explore.\n");
}

TEST_F(LoadTest, LeavesUnsetLimitsToTheLoop) {
  const auto result = load_with("");
  ASSERT_EQ(problems(result), "");
  EXPECT_FALSE(result.manifest->agent.max_steps);
  EXPECT_FALSE(result.manifest->agent.tool_timeout);
  EXPECT_FALSE(result.manifest->tools.size());
  EXPECT_EQ(result.manifest->sandbox.on_exit, OnExit::kAuto);
  EXPECT_EQ(result.manifest->name, "m");
  EXPECT_EQ(result.manifest->model.options, "{}");
}

TEST_F(LoadTest, NamesTheKeysThatAreMissing) {
  EXPECT_EQ(problems(load("name: x\nmodel: {with: {}}\n")),
            "m.yaml:1:1: the key `version` is missing\n"
            "m.yaml:1:1: the key `sandbox` is missing\n"
            "m.yaml:2:8: model: the key `uses` is missing\n");
}

TEST_F(LoadTest, ReportsAllProblemsAtOnceInOrder) {
  const auto result = load(R"yaml(version: 2
model:
  uses: openai
  wiht: {}
sandbox:
  uses: ./local.so
agent:
  max_steps: many
  tool_timeout: 30
prompt: ${NOWHERE}
)yaml");
  EXPECT_FALSE(result.manifest);
  EXPECT_EQ(
      problems(result),
      "m.yaml:1:10: version: expected 1, the only version this program reads, got 2\n"
      "m.yaml:4:3: model.wiht: unknown key \"wiht\"; did you mean `with`? allowed: uses, file, "
      "sha256, with\n"
      "m.yaml:6:9: sandbox.uses: expected a plugin's name: letters, digits, `-`, `_`, `.`; the "
      "path of a library belongs in `file`\n"
      "m.yaml:8:14: agent.max_steps: expected an integer from 0 up, got the string \"many\"\n"
      "m.yaml:9:17: agent.tool_timeout: a duration needs a unit: write \"30s\", \"30ms\" or the "
      "like\n"
      "m.yaml:10:9: prompt: the environment variable NOWHERE is not set; set it, or write "
      "${NOWHERE:-default}\n");
}

TEST_F(LoadTest, ShowsTheLineAndACaret) {
  const auto result = load_with("agent: {max_stesp: 5}\n");
  ASSERT_EQ(result.diagnostics.size(), 1U);
  EXPECT_EQ(result.diagnostics[0].excerpt, "  agent: {max_stesp: 5}\n          ^\n");
}

TEST_F(LoadTest, CountsColumnsInCharacters) {
  const auto result = load_with("agent: {system_prompt: \"ü€😀\", max_steps: x}\n");
  ASSERT_EQ(result.diagnostics.size(), 1U);
  EXPECT_EQ(result.diagnostics[0].location.column, 42U);
}

TEST_F(LoadTest, KeepsLongLinesShort) {
  const auto result =
      load_with("agent: {system_prompt: \"" + std::string(5000, 'x') + "\", max_steps: x}\n");
  ASSERT_EQ(result.diagnostics.size(), 1U);
  EXPECT_LT(result.diagnostics[0].excerpt.size(), 250U);
  EXPECT_THAT(result.diagnostics[0].excerpt, HasSubstr("max_steps: x}"));
}

TEST_F(LoadTest, NothingInAManifestSteersTheTerminal) {
  const auto result = load_with("prompt: 1\n\"\\e[31m\": 2\n");
  EXPECT_THAT(to_string(result.diagnostics), Not(HasSubstr("\x1b")));
  EXPECT_EQ(result.diagnostics.size(), 2U);
}

TEST_F(LoadTest, CutsAnEndlessListOfErrors) {
  std::string text = "version: 1\n";
  for (int i = 0; i < 500; ++i) text += "key" + std::to_string(i) + ": 1\n";
  const auto result = load(text);
  EXPECT_LT(result.diagnostics.size(), 60U);
  EXPECT_THAT(result.diagnostics.back().message, HasSubstr("more errors are not shown"));
}

TEST_F(LoadTest, RefusesWrongTypes) {
  EXPECT_EQ(problems(load_with("name: 5\n")),
            "m.yaml:4:7: name: expected a string, got 5; put quotes around it\n");
  EXPECT_EQ(problems(load_with("prompt: [a]\n")),
            "m.yaml:4:9: prompt: expected a string, got a list\n");
  EXPECT_EQ(problems(load_with("agent: 3\n")), "m.yaml:4:8: agent: expected a map, got 3\n");
  EXPECT_EQ(problems(load_with("tools: [files]\n")),
            "m.yaml:4:9: tools[0]: expected `- uses: NAME`, got the string \"files\"\n");
  EXPECT_EQ(problems(load_with("permissions: {deny: all}\n")),
            "m.yaml:4:21: permissions.deny: expected a list, got the string \"all\"\n");
  EXPECT_EQ(
      problems(load_with("permissions: {default: alow}\n")),
      "m.yaml:4:24: permissions.default: unknown value \"alow\"; did you mean `allow`? allowed: "
      "allow, ask, deny\n");
  EXPECT_EQ(
      problems(load_with("agent: {tool_output_limit: 10}\n")),
      "m.yaml:4:28: agent.tool_output_limit: a size needs a unit: write \"10B\", \"10MiB\" or the "
      "like\n");
  EXPECT_EQ(problems(load_with("agent: {max_steps: -1}\n")),
            "m.yaml:4:20: agent.max_steps: expected an integer from 0 up, got -1\n");
  EXPECT_EQ(problems(load_with("permissions: {deny: [\"bash run\"]}\n")),
            "m.yaml:4:22: permissions.deny[0]: at character 5: the rule must start with a tool's "
            "name, such as bash_run or fs_*\n");
}

TEST_F(LoadTest, RefusesAMalformedDigest) {
  EXPECT_THAT(problems(load("version: 1\nmodel: {uses: m, sha256: abc}\nsandbox: {uses: l}\n")),
              HasSubstr("m.yaml:2:26: model.sha256: expected 64 hexadecimal digits"));
}

TEST_F(LoadTest, TreatsAnEmptyValueAsNotGiven) {
  const auto result = load_with("name:\nagent:\ntools: ~\nprompt: null\n");
  EXPECT_EQ(problems(result), "");
}

TEST_F(LoadTest, AllowsExtensionKeysForAnchors) {
  const auto result = load(
      "x-shared: &with {timeout: 5s, note: \"${UNSET_BUT_UNUSED}\"}\n"
      "version: 1\nmodel: {uses: m}\nsandbox: {uses: l}\n");
  EXPECT_EQ(problems(result), "");
}

TEST_F(LoadTest, ReadsTheSystemPromptFromAFileBesideTheManifest) {
  write("prompts/system.md", "Be kind.\n");
  const auto path = write("m.yaml",
                          "version: 1\nmodel: {uses: m}\nsandbox: {uses: l}\n"
                          "agent: {system_prompt_file: prompts/system.md}\n");
  const auto result = load_manifest(path, options());
  ASSERT_EQ(problems(result), "");
  EXPECT_EQ(result.manifest->agent.system_prompt, "Be kind.\n");
}

TEST_F(LoadTest, SaysWhenTheSystemPromptFileCannotBeUsed) {
  EXPECT_THAT(problems(load_with("agent: {system_prompt_file: /nowhere/x.md}\n")),
              HasSubstr("agent.system_prompt_file: cannot read the file \"/nowhere/x.md\""));
  EXPECT_THAT(problems(load_with("agent: {system_prompt: a, system_prompt_file: /nowhere/x.md}\n")),
              HasSubstr("not both"));
}

TEST_F(LoadTest, SaysWhenTheFileCannotBeRead) {
  EXPECT_THAT(problems(load_manifest(directory_ / "no.yaml", options())),
              HasSubstr("no.yaml: cannot open"));
  EXPECT_THAT(problems(load_manifest(directory_, options())), HasSubstr("is a directory"));
}

TEST_F(LoadTest, RefusesAFileOfTenMegabytes) {
  std::string text = "prompt: ";
  text.resize(10'000'000, 'x');
  const auto path = write("big.yaml", text);
  EXPECT_THAT(problems(load_manifest(path, options())), HasSubstr("is larger than 1 MiB"));
}

}  // namespace
}  // namespace sandport::manifest

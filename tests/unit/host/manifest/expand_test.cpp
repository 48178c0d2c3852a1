#include "tests/unit/host/manifest/manifest_fixture.hpp"

#include <gmock/gmock.h>

#include "host/manifest/expand.hpp"
#include "host/manifest/secrets.hpp"

namespace sandport::manifest {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class ExpandTest : public ManifestTest {
 protected:
  [[nodiscard]] std::string run(std::string_view text) const {
    return expand(text, options().environment).text;
  }
  [[nodiscard]] std::string failure(std::string_view text) const {
    try {
      return "no error: " + run(text);
    } catch (const ExpandError& error) {
      return std::to_string(error.offset) + ": " + error.what();
    }
  }
};

TEST_F(ExpandTest, PutsVariablesIn) {
  variables_ = {{"A", "one"}, {"EMPTY", ""}};
  EXPECT_EQ(run("<${A}|${A}>"), "<one|one>");
  EXPECT_EQ(run("${EMPTY}"), "");
  EXPECT_EQ(run("${A:-other}"), "one");
  EXPECT_EQ(run("${B:-other}"), "other");
  EXPECT_EQ(run("${EMPTY:-other}"), "other");
  EXPECT_EQ(run("${B:-}"), "");
  EXPECT_EQ(run("${A:?needed}"), "one");
}

TEST_F(ExpandTest, NestsDefaults) {
  EXPECT_EQ(run("${A:-${B:-x}}y"), "xy");
  variables_ = {{"B", "bee"}};
  EXPECT_EQ(run("${A:-<${B:-x}>}"), "<bee>");
}

TEST_F(ExpandTest, KeepsOtherDollars) {
  EXPECT_EQ(run("$$ $HOME $1 $(x) a$ $$${B:-c} $${A}"), "$ $HOME $1 $(x) a$ $c ${A}");
}

TEST_F(ExpandTest, NeverExpandsWhatAVariableHolds) {
  variables_ = {{"A", "${B} $$ ${secret:KEY}"}, {"B", "no"}};
  EXPECT_EQ(run("${A}"), "${B} $$ ${secret:KEY}");
  EXPECT_FALSE(has_secret(run("${A}")));
}

TEST_F(ExpandTest, SaysWhatIsWrongAndWhere) {
  variables_ = {{"EMPTY", ""}, {"BAD", "\xFF"}};
  EXPECT_EQ(failure("ab ${NOPE}"),
            "3: the environment variable NOPE is not set; set it, or write ${NOPE:-default}");
  EXPECT_EQ(failure("${NOPE:?get a key first}"),
            "0: the environment variable NOPE is not set: get a key first");
  EXPECT_EQ(failure("${EMPTY:?get a key first}"),
            "0: the environment variable EMPTY is not set: get a key first");
  EXPECT_THAT(failure("x${A"), HasSubstr("1: `${` is not closed"));
  EXPECT_THAT(failure("${A-b}"), HasSubstr("cannot read \"${A-b}\""));
  EXPECT_THAT(failure("${}"), HasSubstr("cannot read"));
  EXPECT_THAT(failure("${1A}"), HasSubstr("cannot read"));
  EXPECT_THAT(failure("${secret:}"), HasSubstr("a secret is written ${secret:NAME}"));
  EXPECT_THAT(failure("${secret:A:-b}"), HasSubstr("without a default"));
  EXPECT_THAT(failure("${BAD}"), HasSubstr("BAD is not UTF-8"));
}

TEST_F(ExpandTest, BoundsNestingAndLength) {
  std::string nested = "x";
  for (int i = 0; i < 1000; ++i) nested = "${A:-" + nested + "}";
  EXPECT_THAT(failure(nested), HasSubstr("nested too deep"));
  variables_ = {{"BIG", std::string(100'000, 'x')}};
  std::string many;
  for (int i = 0; i < 100; ++i) many += "${BIG}";
  EXPECT_THAT(failure(many), HasSubstr("too long"));
}

TEST_F(ExpandTest, KeepsSecretsAsReferences) {
  const std::string text = run("Bearer ${secret:API_KEY}, ${secret:team/other}, ${secret:API_KEY}");
  EXPECT_THAT(secret_names(text), ElementsAre("API_KEY", "team/other"));
  EXPECT_EQ(mask_secrets(text), "Bearer ***, ***, ***");
  EXPECT_EQ(
      resolve_secrets(text, [](std::string_view name) { return "<" + std::string(name) + ">"; }),
      "Bearer <API_KEY>, <team/other>, <API_KEY>");
}

using InterpolateTest = ManifestTest;

TEST_F(InterpolateTest, TypesAPlainScalarAfterTheVariableIsIn) {
  variables_ = {{"N", "5"}, {"T", "true"}};
  const auto result = load(
      "version: 1\nmodel:\n  uses: m\n  with:\n    plain: ${N}\n    quoted: \"${N}\"\n"
      "    flag: ${T}\n    empty: ${NONE:-}\nsandbox: {uses: l}\n");
  ASSERT_EQ(problems(result), "");
  EXPECT_EQ(result.manifest->model.options, R"({"empty":"","flag":true,"plain":5,"quoted":"5"})");
}

TEST_F(InterpolateTest, AVariableFitsWhateverItsPlaceExpects) {
  variables_ = {{"N", "5"}, {"DIGITS", "12345"}, {"LIMIT", "64KiB"}};
  const auto result =
      load_with("name: ${DIGITS}\nagent: {max_steps: \"${N}\", tool_output_limit: \"${LIMIT}\"}\n");
  ASSERT_EQ(problems(result), "");
  EXPECT_EQ(result.manifest->name, "12345");
  EXPECT_EQ(result.manifest->agent.max_steps, 5);
  EXPECT_EQ(result.manifest->agent.tool_output_limit, 65536U);
}

TEST_F(InterpolateTest, NeverRepeatsAVariablesValueInAnError) {
  variables_ = {{"KEY", "sk-very-secret"}};
  const auto result = load_with(
      "agent: {max_steps: \"${KEY}\", tool_timeout: \"${KEY}\"}\npermissions: {default: "
      "\"${KEY}\"}\n");
  EXPECT_EQ(result.diagnostics.size(), 3U);
  EXPECT_THAT(to_string(result.diagnostics), Not(HasSubstr("sk-very-secret")));
}

TEST_F(InterpolateTest, PointsAtTheReferenceItself) {
  const auto result = load_with(
      "prompt: |\n  first line\n  ü ${GONE} and ${GONE}\n  $$ ${ALSO_GONE}\nname: \"a ${LOST}\"\n");
  EXPECT_THAT(problems(result), HasSubstr("m.yaml:6:5: prompt: the environment variable GONE"));
  EXPECT_THAT(problems(result), HasSubstr("m.yaml:8:10: name: the environment variable LOST"));
}

TEST_F(InterpolateTest, AllowsSecretsOnlyWhereTheyAreMeantToGo) {
  const auto result = load_with("name: \"${secret:A}\"\nprompt: say ${secret:B}\n");
  EXPECT_EQ(problems(result),
            "m.yaml:4:7: name: a secret is not allowed here; only in a plugin's `with` and in "
            "`sandbox.env`\n"
            "m.yaml:5:9: prompt: a secret is not allowed here; only in a plugin's `with` and in "
            "`sandbox.env`\n");
}

TEST_F(InterpolateTest, OnExitTakesTheSwitchOfTheSpritesExample) {
  const std::string text =
      "version: 1\nmodel: {uses: m}\nsandbox: {uses: l, on_exit: \"${DELETE:-0}\"}\n";
  EXPECT_EQ(load(text).manifest->sandbox.on_exit, OnExit::kKeep);
  variables_["DELETE"] = "1";
  EXPECT_EQ(load(text).manifest->sandbox.on_exit, OnExit::kAuto);
  variables_["DELETE"] = "dispose";
  EXPECT_EQ(load(text).manifest->sandbox.on_exit, OnExit::kDispose);
  variables_["DELETE"] = "maybe";
  EXPECT_THAT(problems(load(text)), HasSubstr("sandbox.on_exit: expected one of auto, dispose"));
}

}  // namespace
}  // namespace sandport::manifest

// What a wrong manifest says, and that nothing has run then.
#include "tests/integration/workspace.hpp"

namespace sandport::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class WrongManifest : public Workspace {
 protected:
  ProgramResult check(std::string_view text) const {
    const ProgramResult result = run({"run", write("wrong.yaml", text)});
    EXPECT_EQ(result.exit_code, 2) << result.err;
    EXPECT_THAT(result.out, IsEmpty());
    EXPECT_FALSE(std::filesystem::exists(home() / "sessions.db")) << "it ran";
    return result;
  }
};

TEST_F(WrongManifest, SaysAllThatIsWrongAtOnceWithPlaces) {
  const ProgramResult result = check(
      "version: 1\n"
      "modle: {uses: scripted}\n"
      "model: {uses: openai, with: {model: '${NOT_SET_EITHER}', modle: x}}\n"
      "sandbox: {uses: nowhere}\n"
      "agent: {max_steps: many}\n"
      "prompt: ${NOT_SET_ANYWHERE}\n");
  EXPECT_THAT(result.err, HasSubstr("wrong.yaml:2:1: modle: unknown key"));
  EXPECT_THAT(result.err, HasSubstr("did you mean `model`"));
  EXPECT_THAT(result.err, HasSubstr("wrong.yaml:5:20: agent.max_steps: expected an integer"));
  EXPECT_THAT(result.err, HasSubstr("wrong.yaml:6:9: prompt: the environment variable"));
  // Also what only the plugins know: in the same round, and nothing twice.
  EXPECT_THAT(result.err, HasSubstr("wrong.yaml:3:58: model.with.modle: unknown option"));
  EXPECT_THAT(result.err, HasSubstr("wrong.yaml:4:17: sandbox.uses: no backend"));
  std::size_t count = 0;
  for (std::size_t at = 0; (at = result.err.find("wrong.yaml:", at)) != std::string::npos; ++at) {
    ++count;
  }
  EXPECT_EQ(count, 6U) << result.err;
}

TEST_F(WrongManifest, ChecksOptionsByThePluginsSchemas) {
  const ProgramResult result = check(
      "version: 1\n"
      "model: {uses: scripted, with: {turnz: []}}\n"
      "sandbox: {uses: local, with: {rot: /x}}\n"
      "tools: [{uses: shell, with: {timeout: soon}}]\n");
  EXPECT_THAT(result.err, HasSubstr("wrong.yaml:2:32: model.with.turnz: unknown option"));
  EXPECT_THAT(result.err, HasSubstr("wrong.yaml:3:31: sandbox.with.rot: unknown option"));
  EXPECT_THAT(result.err, HasSubstr("wrong.yaml:4:39: tools[0].with.timeout: expected a duration"));
}

TEST_F(WrongManifest, SaysThatATabCannotIndent) {
  const ProgramResult result = check("version: 1\nmodel:\n\tuses: scripted\n");
  EXPECT_THAT(result.err, HasSubstr("wrong.yaml:3:1: a tab cannot indent"));
}

TEST_F(WrongManifest, RefusesADuplicateKey) {
  const ProgramResult result = check("version: 1\nversion: 1\n");
  EXPECT_THAT(result.err, HasSubstr("wrong.yaml:2:1: duplicate key \"version\""));
}

TEST_F(WrongManifest, RefusesFilesThatExtendEachOther) {
  write("other.yaml", "extends: wrong.yaml\n");
  const ProgramResult result = check("extends: other.yaml\n");
  EXPECT_THAT(result.err, HasSubstr("these files extend each other"));
}

TEST_F(WrongManifest, RefusesAHugeFile) {
  const ProgramResult result = check(std::string(std::size_t{10} << 20, '#'));
  EXPECT_THAT(result.err, HasSubstr("too large for a manifest"));
  EXPECT_LT(result.err.size(), 1000u);
}

TEST_F(WrongManifest, RefusesDeepNesting) {
  const ProgramResult result = check("version: 1\nprompt: " + std::string(5000, '['));
  EXPECT_THAT(result.err, HasSubstr("wrong.yaml:2:"));
  EXPECT_LT(result.err.size(), 1000u);
}

TEST_F(WrongManifest, RefusesAnAliasBomb) {
  std::string text = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string inner = "*a" + std::to_string(i - 1);
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int j = 0; j < 9; ++j) text += (j == 0 ? "" : ",") + inner;
    text += "]\n";
  }
  EXPECT_THAT(check(text).err, HasSubstr("too large with its aliases expanded"));
}

TEST_F(WrongManifest, RefusesARuleThatIsNone) {
  const ProgramResult result =
      check(scripted_manifest("- text: x\n", "permissions: {deny: [\"bash_run(\"]}\n"));
  EXPECT_THAT(result.err, HasSubstr("wrong.yaml:6:"));
  EXPECT_THAT(result.err, HasSubstr("permissions.deny[0]"));
}

TEST_F(WrongManifest, MayBeMissing) {
  const ProgramResult result = run({"run", "nowhere.yaml"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr("nowhere.yaml"));
  EXPECT_THAT(result.err, HasSubstr("No such file"));
}

TEST_F(WrongManifest, ASetThatDoesNotFitNamesItself) {
  const std::string manifest = write("agent.yaml", scripted_manifest("- text: Hi.\n"));
  const ProgramResult result = run({"run", manifest, "--set", "agent.max_steps=many"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr("agent.max_steps"));
}

TEST_F(WrongManifest, NeedsAPromptFromSomewhere) {
  std::string text = scripted_manifest("- text: Hi.\n");
  text.erase(text.find("prompt: Go on.\n"), std::string("prompt: Go on.\n").size());
  const ProgramResult result = run({"run", write("agent.yaml", text)});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(complaints(result), ::testing::ElementsAre(HasSubstr("give a prompt")));
}

}  // namespace
}  // namespace sandport::testing

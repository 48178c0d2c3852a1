// `sandport run`: where the prompt comes from, what it prints in each format, its streams.
#include "tests/integration/workspace.hpp"

namespace sandport::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class Run : public Workspace {
 protected:
  std::string manifest(std::string_view turns = "- text: Hello.\n") const {
    return write("agent.yaml", scripted_manifest(turns));
  }
};

TEST_F(Run, TheQuickstartOfTheTree) {
  const ProgramResult result = run({"run", SANDPORT_SOURCE "/manifests/quickstart.yaml"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("2 3 5 7 11 13 17 19 23 29"));
  EXPECT_THAT(result.err, HasSubstr("session "));
  EXPECT_THAT(sandboxes(), IsEmpty());
}

TEST_F(Run, StreamJsonBeginsWithTheSessionAndEndsWithTheTurn) {
  const ProgramResult result = run(
      {"run", manifest(shell_turn("echo hello") + "- text: Done.\n"), "--output", "stream-json"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const auto lines = json_lines(result.out);
  ASSERT_GT(lines.size(), 5u);
  EXPECT_EQ(lines.front()["type"], "session");
  EXPECT_EQ(lines.front()["session_id"], last_session()["id"]);
  for (const auto& line : lines) {
    EXPECT_EQ(line.value("schema_version", 0), 1) << line;
    EXPECT_TRUE(line.contains("type")) << line;
  }
  EXPECT_EQ(lines.back()["type"], "turn_finished");
  EXPECT_THAT(result.out, HasSubstr("\"tool_call_finished\""));
  EXPECT_THAT(result.err, IsEmpty());
}

TEST_F(Run, JsonIsOneObjectAtTheEnd) {
  const ProgramResult result = run({"run", manifest(), "--output", "json"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const auto json = nlohmann::json::parse(result.out);
  EXPECT_EQ(json["session_id"], last_session()["id"]);
  EXPECT_EQ(json["reason"], "finished");
  EXPECT_EQ(json["text"], "Hello.");
  EXPECT_EQ(json["steps"], 1);
  EXPECT_EQ(json["schema_version"], 1);
}

TEST_F(Run, QuietPrintsNothingButTheAnswer) {
  const ProgramResult result =
      run({"run", manifest(shell_turn("echo hello") + "- text: Done.\n"), "--quiet"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.out, "Done.\n");
  EXPECT_THAT(result.err, IsEmpty());
}

TEST_F(Run, TakesThePromptFromTheCommandLineOrStandardInput) {
  static_cast<void>(run({"run", manifest(), "From the line."}));
  EXPECT_EQ(last_session()["title"], "From the line.");
  const ProgramResult result = run({"run", manifest(), "-"}, "From a pipe.\n");
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(last_session()["title"], "From a pipe.");
}

TEST_F(Run, RefusesAnEmptyPromptFromStandardInput) {
  const ProgramResult result = run({"run", manifest(), "-"}, "");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(complaints(result), ::testing::ElementsAre(HasSubstr("standard input")));
}

TEST_F(Run, WorksWithClosedStandardInput) {
  ProgramOptions options = call({"run", manifest(shell_turn("cat; echo end") + "- text: Done.\n")});
  options.input = StandardInput::kClosed;
  const ProgramResult result = Program(options).wait();
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out, "Done.\n");
}

TEST_F(Run, EndsInOrderWhenNobodyReadsItsOutput) {
  const Fifo started(path("started"));
  Program program(
      call({"run", manifest("- text: First.\n  tool_calls: [{name: bash_run, arguments: {cmd: "
                            "\"echo > " +
                            started.path() + "\"}}]\n- text: Last.\n")}));
  program.close_output();
  const ProgramResult result = program.wait();
  EXPECT_EQ(result.signal, 0);
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("standard output was closed"));
  EXPECT_EQ(last_session()["state"], "idle");
  EXPECT_THAT(sandboxes(), IsEmpty());
}

TEST_F(Run, PassesOnBytesThatAreNoText) {
  const ProgramResult result =
      run({"run", manifest(shell_turn("printf '\\377\\000\\033[2J'") + "- text: Done.\n"),
           "--output", "stream-json"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_FALSE(json_lines(result.out).empty());
}

TEST_F(Run, SurvivesAGigabyteOfOutput) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  const std::string size = "50000000";  // a sanitizer would take minutes for all of it
#else
  const std::string size = "1000000000";
#endif
  const ProgramResult result = run(
      {"run",
       manifest(shell_turn("head -c " + size + " /dev/zero | tr '\\000' 'a'") + "- text: Done.\n"),
       "--output", "stream-json"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_LT(result.out.size(), std::size_t{16} << 20);
}

TEST_F(Run, NamesACommandThatDoesNotExist) {
  const ProgramResult result = run({"rnu", manifest()});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(complaints(result), ::testing::ElementsAre(HasSubstr("rnu")));
}

TEST_F(Run, NamesAnOptionThatDoesNotExist) {
  const ProgramResult result = run({"run", manifest(), "--fast"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(complaints(result), ::testing::ElementsAre(HasSubstr("--fast")));
}

TEST_F(Run, UsesNoColourOutsideATerminal) {
  environment["TERM"] = "xterm-256color";
  const ProgramResult result = run({"run", manifest(shell_turn("false") + "- text: Done.\n")});
  EXPECT_THAT(result.out + result.err, Not(HasSubstr("\033")));
}

TEST_F(Run, NeedsAHomeThatCanBeWritten) {
  environment["SANDPORT_HOME"] = "/proc/sandport";
  const ProgramResult result = run({"run", manifest()});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(complaints(result), ::testing::ElementsAre(HasSubstr("SANDPORT_HOME")));
}

}  // namespace
}  // namespace sandport::testing

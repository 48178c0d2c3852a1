// Faults of a model, and what the loop makes of them: exit status, one line, nothing lost.
#include "tests/integration/workspace.hpp"

namespace sandport::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class ModelFault : public Workspace {
 protected:
  ProgramResult go(std::string_view turns, std::string_view more = "") const {
    return run({"run", write("agent.yaml", scripted_manifest(turns, more))});
  }
};

TEST_F(ModelFault, RefusedCredentialsFailAtOnce) {
  const ProgramResult result =
      go("- fault: {code: unauthenticated, message: the key is wrong, times: 0}\n");
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(complaints(result), ElementsAre(HasSubstr("the key is wrong")));
  EXPECT_THAT(result.err, ::testing::Not(HasSubstr("retrying")));
  EXPECT_THAT(sandboxes(), IsEmpty());
}

TEST_F(ModelFault, TooManyRequestsForeverIsTemporary) {
  const ProgramResult result =
      go("- fault: {code: resource_exhausted, message: slow down, retryable: true, "
         "retry_after: 1ms, times: 0}\n");
  EXPECT_EQ(result.exit_code, 75);
  EXPECT_THAT(complaints(result), ElementsAre(HasSubstr("slow down")));
  EXPECT_THAT(result.err, HasSubstr("retrying in"));
}

TEST_F(ModelFault, AServerErrorIsTriedAgain) {
  const ProgramResult result = go(
      "- {text: All is well., fault: {code: unavailable, message: overloaded, retryable: true}}\n");
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out, "All is well.\n");
  EXPECT_THAT(result.err, HasSubstr("retrying in"));
}

TEST_F(ModelFault, ARetryAfterTextShowsTheAnswerOnceInJson) {
  const std::string manifest = write(
      "agent.yaml", scripted_manifest("- {text: All is well., fault: {code: unavailable, message: "
                                      "gone, retryable: true, after_bytes: 4}}\n"));
  const ProgramResult result = run({"run", manifest, "--output", "json"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(nlohmann::json::parse(result.out)["text"], "All is well.");
}

TEST_F(ModelFault, AnEmptyReplyIsTriedAgainAndThenTemporary) {
  const ProgramResult result = go("- text: ''\n");
  EXPECT_EQ(result.exit_code, 75) << result.err;
  EXPECT_THAT(complaints(result), SizeIs(1));
  EXPECT_THAT(result.err, HasSubstr("empty"));
}

TEST_F(ModelFault, AnUnknownToolIsToldToTheModel) {
  const ProgramResult result =
      go("- tool_calls: [{name: fly, arguments: {}}]\n"
         "- {text: I cannot fly., expect: [{tool: fly, is_error: true, contains: fs_read}]}\n");
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out, "I cannot fly.\n");
}

TEST_F(ModelFault, WrongArgumentsAreToldToTheModel) {
  const ProgramResult result =
      go("- tool_calls: [{name: bash_run, arguments: {command: ls}}]\n"
         "- {text: Noted., expect: [{tool: bash_run, is_error: true, contains: cmd}]}\n");
  EXPECT_EQ(result.exit_code, 0) << result.err;
}

TEST_F(ModelFault, AReplyThatIsCutOffStopsWithThree) {
  const ProgramResult result = go("- {text: And then the, finish_reason: length}\n");
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(complaints(result), SizeIs(1));
  EXPECT_EQ(result.out, "And then the\n");
}

TEST_F(ModelFault, EndlessIdenticalCallsStopWithTheKeyToRaise) {
  const std::string manifest = write("agent.yaml",
                                     "version: 1\n"
                                     "prompt: Go on.\n"
                                     "sandbox: {uses: local}\n"
                                     "tools: [{uses: todo}]\n"
                                     "model:\n"
                                     "  uses: scripted\n"
                                     "  with:\n"
                                     "    repeat: last\n"
                                     "    turns:\n"
                                     "      - tool_calls: [{name: todo_read, arguments: {}}]\n");
  const ProgramResult result = run({"run", manifest});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(complaints(result), ElementsAre(HasSubstr("agent.max_identical_calls")));
  EXPECT_THAT(sandboxes(), IsEmpty());
}

TEST_F(ModelFault, TooManyStepsStopWithTheKeyToRaise) {
  const ProgramResult result = go(shell_turn("echo 1") + shell_turn("echo 2") + "- text: Done.\n",
                                  "agent: {max_steps: 2}\n");
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(complaints(result), ElementsAre(HasSubstr("agent.max_steps")));
}

TEST_F(ModelFault, AScriptThatRunsOutFailsInsteadOfHanging) {
  const ProgramResult result = go(shell_turn("echo 1"));
  EXPECT_EQ(result.exit_code, 1) << result.err;
  EXPECT_THAT(complaints(result), SizeIs(1));
}

}  // namespace
}  // namespace sandport::testing

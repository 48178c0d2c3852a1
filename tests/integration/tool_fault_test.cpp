// Tools that go wrong in the sandbox: the model is told, and the run goes on.
#include <unistd.h>

#include "tests/integration/workspace.hpp"

namespace sandport::testing {
namespace {

using ::testing::IsEmpty;

class ToolFault : public Workspace {
 protected:
  // One call of a tool as a turn.
  static std::string call_turn(std::string_view tool, const nlohmann::json& arguments) {
    return "- tool_calls: [{name: " + std::string(tool) + ", arguments: " + arguments.dump() +
           "}]\n";
  }
  // The last turn checks the last call.
  void expect_last(const std::string& turns, const std::string& expectation) const {
    const ProgramResult result =
        run({"run", write("agent.yaml", scripted_manifest(turns + "- {text: Noted., expect: [" +
                                                          expectation + "]}\n"))});
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_EQ(result.out, "Noted.\n");
    EXPECT_THAT(sandboxes(), IsEmpty());
  }
};

TEST_F(ToolFault, AMissingFileIsNamed) {
  expect_last(call_turn("fs_read", {{"path", "missing.txt"}}),
              "{tool: fs_read, is_error: true, contains: missing.txt}");
}

TEST_F(ToolFault, ADirectoryIsNoFile) {
  expect_last(shell_turn("mkdir folder") + call_turn("fs_read", {{"path", "folder"}}),
              "{tool: fs_read, is_error: true, contains: directory}");
}

TEST_F(ToolFault, AFileMayNotBeReadable) {
  if (geteuid() == 0) GTEST_SKIP() << "root may read everything";
  expect_last(
      shell_turn("echo x > mine; chmod 000 mine") + call_turn("fs_read", {{"path", "mine"}}),
      "{tool: fs_read, is_error: true, contains: mine}");
}

TEST_F(ToolFault, AFileThatChangedSinceItWasReadIsNotOverwritten) {
  expect_last(shell_turn("echo one > file") + call_turn("fs_read", {{"path", "file"}}) +
                  shell_turn("echo another > file") +
                  call_turn("fs_write", {{"path", "file"}, {"content", "two"}}),
              "{tool: fs_write, is_error: true, contains: changed}");
}

TEST_F(ToolFault, ACommandThatIgnoresTermEndsAtItsTimeout) {
  expect_last(call_turn("bash_run", {{"cmd", "trap '' TERM; while :; do sleep 1000; done"},
                                     {"timeout_ms", 200}}),
              "{tool: bash_run, is_error: true, contains: timed out}");
}

TEST_F(ToolFault, ACommandMayCloseItsOutputAndLiveOn) {
  expect_last(shell_turn("exec >&- 2>&-; (exit 3)"),
              "{tool: bash_run, is_error: true, contains: exit code 3}");
}

TEST_F(ToolFault, OutputWithoutALineEndIsShown) {
  expect_last(shell_turn("printf end"), "{tool: bash_run, is_error: false, contains: end}");
}

}  // namespace
}  // namespace sandport::testing

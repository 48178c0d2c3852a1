// Permissions as a person meets them: refused, refused because nobody is there, and asked.
#include <sys/stat.h>

#include <csignal>

#include "tests/integration/workspace.hpp"

namespace sandport::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class Permissions : public Workspace {
 protected:
  std::string manifest(std::string_view rules, std::string_view command) const {
    return write("agent.yaml",
                 scripted_manifest(shell_turn(command) + "- text: First.\n" + shell_turn(command) +
                                       "- text: Second.\n",
                                   std::string("permissions: ") + std::string(rules) + "\n"));
  }
  std::string touch() const { return "touch " + path("touched").string(); }
  [[nodiscard]] bool touched() const { return std::filesystem::exists(path("touched")); }
  ProgramOptions in_terminal(std::vector<std::string> arguments) const {
    ProgramOptions options = call(std::move(arguments));
    options.input = StandardInput::kTerminal;
    return options;
  }
};

TEST_F(Permissions, ADenyRuleStopsACommandAlsoInACompound) {
  const ProgramResult result =
      run({"run", manifest("{allow: [\"bash_run(*)\"], deny: [\"bash_run(touch *)\"]}",
                           "true && " + touch())});
  EXPECT_FALSE(touched());
  EXPECT_THAT(result.err, HasSubstr("permissions.deny[0]"));
  EXPECT_THAT(sandboxes(), IsEmpty());
}

TEST_F(Permissions, WhatWouldAskIsDeniedWhenNobodyIsThere) {
  const ProgramResult result = run({"run", manifest("{ask: [\"bash_run(*)\"]}", touch())});
  EXPECT_FALSE(touched());
  EXPECT_THAT(result.err, HasSubstr("permissions."));
}

TEST_F(Permissions, UnattendedRunsMayBeAllowed) {
  const ProgramResult result =
      run({"run", manifest("{ask: [\"bash_run(*)\"], unattended: allow}", touch())});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_TRUE(touched());
}

TEST_F(Permissions, RunAsksInTheTerminal) {
  Program program(in_terminal({"run", manifest("{ask: [\"bash_run(*)\"]}", touch())}));
  program.wait_for("? bash_run");
  program.wait_for("say why not: ");
  EXPECT_FALSE(touched());
  program.type("y\n");
  program.wait_for("First.");
  const ProgramResult result = program.wait();
  EXPECT_EQ(result.exit_code, 0) << result.out;
  EXPECT_TRUE(touched());
}

TEST_F(Permissions, ADenialInTheTerminalEndsTheTurn) {
  Program program(in_terminal({"run", manifest("{ask: [\"bash_run(*)\"]}", touch())}));
  program.wait_for("say why not: ");
  program.type("n\n");
  const ProgramResult result = program.wait();
  EXPECT_EQ(result.exit_code, 3) << result.out;
  EXPECT_FALSE(touched());
}

TEST_F(Permissions, AReasonGoesToTheModelWhichGoesOn) {
  Program program(in_terminal({"run", manifest("{ask: [\"bash_run(*)\"]}", touch())}));
  program.wait_for("say why not: ");
  program.type("use another file\n");
  const ProgramResult result = program.wait();
  EXPECT_EQ(result.exit_code, 0) << result.out;
  EXPECT_FALSE(touched());
  EXPECT_THAT(exported(last_session()["id"]), HasSubstr("use another file"));
}

TEST_F(Permissions, AnInterruptAtTheQuestionEndsTheRun) {
  Program program(in_terminal({"run", manifest("{ask: [\"bash_run(*)\"]}", touch())}));
  program.wait_for("say why not: ");
  program.type("\003");
  const ProgramResult result = program.wait();
  EXPECT_EQ(result.exit_code, 130) << result.out;
  EXPECT_FALSE(touched());
  EXPECT_THAT(sandboxes(), IsEmpty());
}

TEST_F(Permissions, ChatAsksOnceForASession) {
  Program program(in_terminal({"chat", manifest("{ask: [\"bash_run(*)\"]}", touch())}));
  program.wait_for("> ");
  program.type("One, please.\n");
  program.wait_for("say why not: ");
  program.type("s\n");
  program.wait_for("First.");
  EXPECT_TRUE(touched());
  std::filesystem::remove(path("touched"));
  program.wait_for("> ");
  program.type("Another.\n");
  program.wait_for("Second.");
  EXPECT_TRUE(touched());
  program.wait_for("> ");
  program.type("/quit\n");
  const ProgramResult result = program.wait();
  EXPECT_EQ(result.exit_code, 0) << result.out;
  EXPECT_THAT(sandboxes(), IsEmpty());
  struct stat status {};
  ASSERT_EQ(stat((home() / "chat_history").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  EXPECT_THAT(read(home() / "chat_history"), HasSubstr("please"));
}

TEST_F(Permissions, ChatEndsInOrderAtAnInterruptOfItsPrompt) {
  Program program(in_terminal({"chat", manifest("{}", "true")}));
  program.wait_for("> ");
  program.type("\003");
  const ProgramResult result = program.wait();
  EXPECT_EQ(result.exit_code, 130) << result.out;
  EXPECT_THAT(sandboxes(), IsEmpty());
}

TEST_F(Permissions, ChatEndsInOrderAtASignalWhileItsInputIsSilent) {
  ProgramOptions options = call({"chat", manifest("{}", "true")});
  options.input = StandardInput::kSilent;
  Program program(options);
  program.wait_for("/help for help");
  program.send(SIGTERM);
  const ProgramResult result = program.wait();
  EXPECT_EQ(result.exit_code, 130) << result.err;
  EXPECT_THAT(sandboxes(), IsEmpty());
}

TEST_F(Permissions, ChatReadsLinesFromAPipe) {
  const std::string file =
      write("agent.yaml", scripted_manifest("- text: First.\n- text: Second.\n"));
  const ProgramResult result = run({"chat", file}, "One.\nTwo.\n");
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out, "First.\nSecond.\n");
  EXPECT_THAT(sandboxes(), IsEmpty());
}

}  // namespace
}  // namespace sandport::testing

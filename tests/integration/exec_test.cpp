// `sandport exec`: one command in the sandbox, as if it ran here.
#include <csignal>

#include "tests/integration/workspace.hpp"

namespace sandport::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Exec : public Workspace {
 protected:
  std::vector<std::string> command(std::vector<std::string> words) const {
    std::vector<std::string> all{"exec", write("agent.yaml", scripted_manifest("- text: x\n")),
                                 "--"};
    all.insert(all.end(), words.begin(), words.end());
    return all;
  }
};

TEST_F(Exec, PassesOnStreamsAndStatus) {
  const ProgramResult result =
      run(command({"sh", "-c", "printf 'out\\377'; printf err >&2; exit 7"}));
  EXPECT_EQ(result.exit_code, 7);
  EXPECT_EQ(result.out, "out\377");
  EXPECT_EQ(result.err, "err");
  EXPECT_THAT(sandboxes(), IsEmpty());
}

TEST_F(Exec, TakesItsCommandAfterAnOptionThatRepeats) {
  std::vector<std::string> words = command({"sh", "-c", "echo heard"});
  words.insert(words.begin() + 2, {"--set", "agent.max_steps=2", "--set", "agent.max_steps=3"});
  const ProgramResult result = run(words);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out, "heard\n");
}

TEST_F(Exec, PassesOnStandardInputAndItsEnd) {
  const std::string bytes(300'000, 'b');
  const ProgramResult result = run(command({"cat"}), bytes);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_TRUE(result.out == bytes) << result.out.size();
}

TEST_F(Exec, DoesNotMindACommandThatReadsNoInput) {
  const ProgramResult result = run(command({"true"}), std::string(300'000, 'b'));
  EXPECT_EQ(result.exit_code, 0) << result.err;
}

TEST_F(Exec, WorksWithClosedStandardInput) {
  ProgramOptions options = call(command({"sh", "-c", "cat; echo end"}));
  options.input = StandardInput::kClosed;
  const ProgramResult result = Program(options).wait();
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out, "end\n");
}

TEST_F(Exec, EndsWithItsCommandThoughItsInputStaysOpen) {
  for (const StandardInput input : {StandardInput::kSilent, StandardInput::kTerminal}) {
    ProgramOptions options = call(command({"echo", "hello"}));
    options.input = input;
    const ProgramResult result = Program(options).wait();
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_THAT(result.out, ::testing::StartsWith("hello"));
  }
}

TEST_F(Exec, EndsAtAnInterruptWhileItsInputWaitsToBeTaken) {
  Fifo fifo(path("fifo"));
  ProgramOptions options =
      call(command({"sh", "-c", "echo $$ > " + fifo.path() + "; exec sleep 1000"}));
  options.bytes = std::string(300'000, 'b');
  Program program(options);
  const auto tool = static_cast<pid_t>(std::stol(fifo.read_line()));
  program.send(SIGINT);
  EXPECT_EQ(program.wait().exit_code, 130);
  EXPECT_TRUE(has_ended(tool, std::chrono::seconds(60)));
  EXPECT_THAT(sandboxes(), IsEmpty());
}

TEST_F(Exec, TellsASignalAsAShellWould) {
  EXPECT_EQ(run(command({"sh", "-c", "kill -TERM $$"})).exit_code, 128 + SIGTERM);
}

TEST_F(Exec, SaysThatThereIsNoSuchCommand) {
  const ProgramResult result = run(command({"no-such-command"}));
  EXPECT_EQ(result.exit_code, 127);
  EXPECT_THAT(result.err, HasSubstr("no-such-command"));
  EXPECT_THAT(sandboxes(), IsEmpty());
}

TEST_F(Exec, EndsItsCommandAtAnInterrupt) {
  Fifo fifo(path("fifo"));
  Program program(call(command({"sh", "-c", "echo $$ > " + fifo.path() + "; exec sleep 1000"})));
  const auto tool = static_cast<pid_t>(std::stol(fifo.read_line()));
  program.send(SIGINT);
  EXPECT_EQ(program.wait().exit_code, 130);
  EXPECT_TRUE(has_ended(tool, std::chrono::seconds(60)));
  EXPECT_THAT(sandboxes(), IsEmpty());
}

TEST_F(Exec, NeedsACommand) { EXPECT_EQ(run(command({})).exit_code, 2); }

}  // namespace
}  // namespace sandport::testing

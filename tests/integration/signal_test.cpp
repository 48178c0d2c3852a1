// Signals in every phase: the exit status, a session that can be resumed, nothing left behind.
#include <csignal>

#include "tests/integration/workspace.hpp"

namespace sandport::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using std::chrono_literals::operator""s;

class Signals : public Workspace {
 protected:
  // A command that says its process id into `fifo`, and stays.
  static std::string staying(const Fifo& fifo) {
    return "sh -c 'echo $PPID > " + fifo.path() + "; exec sleep 1000'; true";
  }
  std::string manifest(const Fifo& fifo) const {
    return write(
        "agent.yaml",
        scripted_manifest("- tool_calls: [{name: bash_run, id: stays, arguments: {cmd: " +
                          nlohmann::json(staying(fifo)).dump() + "}}]\n- text: I went on.\n"));
  }
  void expect_resumable() const {
    EXPECT_EQ(last_session()["state"], "idle");
    const ProgramResult again =
        run({"run", (path("agent.yaml")).string(), "--session", "last", "Again."});
    EXPECT_EQ(again.exit_code, 0) << again.err;
    EXPECT_THAT(again.out, HasSubstr("I went on."));
  }
};

TEST_F(Signals, InterruptDuringAToolCall) {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    Fifo fifo(path("fifo" + std::to_string(signal)));
    Program program(call({"run", manifest(fifo)}));
    const auto tool = static_cast<pid_t>(std::stol(fifo.read_line()));
    program.send(signal);
    const ProgramResult result = program.wait();
    EXPECT_EQ(result.exit_code, 130) << signal << result.err;
    EXPECT_TRUE(has_ended(tool, 60s));
    EXPECT_THAT(sandboxes(), IsEmpty());
    expect_resumable();
  }
}

TEST_F(Signals, InterruptWhileTheModelStreams) {
  write("agent.yaml", scripted_manifest("- {text: Once upon a time, delay: 1h}\n"));
  const std::string slow =
      write("slow.yaml",
            "extends: agent.yaml\nmodel: {uses: scripted, with: {chunk_size: 5, chunk_delay: 1h, "
            "turns: [{text: Once upon a time}]}}\n");
  Program program(call({"run", slow, "--output", "stream-json"}));
  program.wait_for("text_delta");
  program.send(SIGINT);
  const ProgramResult result = program.wait();
  EXPECT_EQ(result.exit_code, 130) << result.err;
  EXPECT_THAT(sandboxes(), IsEmpty());
  write("agent.yaml", scripted_manifest("- text: I went on.\n- text: I went on.\n"));
  expect_resumable();
}

TEST_F(Signals, InterruptWhileASandboxIsMade) {
  environment["SANDPORT_PLUGIN_PATH"] = SANDPORT_TEST_PLUGINS;
  Fifo report(path("report"));
  const std::string manifest =
      write("agent.yaml",
            "version: 1\nprompt: Go on.\nmodel: {uses: scripted, with: {turns: [{text: Hi.}]}}\n"
            "sandbox: {uses: slow, with: {report: " +
                report.path() + "}}\n");
  for (const char* command : {"run", "chat"}) {
    Program program(call({command, manifest}));
    EXPECT_EQ(report.read_line(), "creating");
    program.send(SIGINT);
    EXPECT_EQ(report.read_line(), "cancelled");
    const ProgramResult result = program.wait();
    EXPECT_EQ(result.exit_code, 130) << command << result.err;
    EXPECT_THAT(complaints(result), ::testing::SizeIs(1)) << result.err;
  }
}

TEST_F(Signals, InterruptWhileTheSandboxIsEnded) {
  environment["SANDPORT_PLUGIN_PATH"] = SANDPORT_TEST_PLUGINS;
  Fifo report(path("report"));
  const std::string manifest =
      write("agent.yaml",
            "version: 1\nprompt: Go on.\nmodel: {uses: scripted, with: {turns: [{text: Hi.}]}}\n"
            "sandbox: {uses: slow, with: {slow: dispose, report: " +
                report.path() + "}}\n");
  Program program(call({"run", manifest}));
  EXPECT_EQ(report.read_line(), "creating");
  EXPECT_EQ(report.read_line(), "disposing");
  program.send(SIGINT);
  EXPECT_EQ(report.read_line(), "cancelled");
  const ProgramResult result = program.wait();
  EXPECT_EQ(result.exit_code, 130) << result.err;
  EXPECT_THAT(complaints(result), ::testing::ElementsAre(HasSubstr("slow-1 was left as it is")));
  // What was not ended is still known.
  EXPECT_EQ(last_session()["sandbox"]["id"], "slow-1");
}

TEST_F(Signals, ASecondInterruptEndsAtOnceAndNoProcessStays) {
  Fifo fifo(path("fifo"));
  const std::string manifest =
      write("agent.yaml",
            scripted_manifest("- tool_calls: [{name: bash_run, arguments: {cmd: " +
                              nlohmann::json("trap '' TERM INT HUP; sh -c 'echo $PPID > " +
                                             fifo.path() + "'; while :; do sleep 1000; done")
                                  .dump() +
                              "}}]\n"));
  Program program(call({"run", manifest}));
  const auto tool = static_cast<pid_t>(std::stol(fifo.read_line()));
  program.send(SIGINT);
  program.send(SIGTERM);
  const ProgramResult result = program.wait();
  EXPECT_EQ(result.exit_code, 130) << result.err;
  EXPECT_TRUE(has_ended(tool, 60s));
}

TEST_F(Signals, AKillDuringAToolCallLeavesNoProcessAndTheCallIsNotRunAgain) {
  Fifo fifo(path("fifo"));
  const std::string file = manifest(fifo);
  pid_t tool = 0;
  {
    Program program(call({"run", file}));
    tool = static_cast<pid_t>(std::stol(fifo.read_line()));
    program.send(SIGKILL);
    EXPECT_EQ(program.wait().signal, SIGKILL);
  }
  EXPECT_TRUE(has_ended(tool, 60s));
  // Running the call again would block on nothing: the fifo has a reader, and would stay 1000 s.
  const ProgramResult again = run({"run", file, "--session", "last", "--output", "stream-json"});
  EXPECT_EQ(again.exit_code, 0) << again.err;
  EXPECT_THAT(again.out, HasSubstr("I went on."));
  const std::string session = last_session()["id"];
  EXPECT_THAT(exported(session), HasSubstr("interrupted"));
  EXPECT_THAT(sandboxes(), IsEmpty());
}

TEST_F(Signals, AToolThatDaemonisedEndsWithTheSandbox) {
  Fifo fifo(path("fifo"));
  Fifo begun(path("begun"));
  // The command stays until its child has told its number, or the child might end before it does.
  const std::string manifest =
      write("agent.yaml", scripted_manifest(shell_turn("setsid sh -c 'echo $$$$ > " + fifo.path() +
                                                       "; echo > " + begun.path() +
                                                       "; exec sleep 1000' > /dev/null 2>&1 & "
                                                       "read line < " +
                                                       begun.path()) +
                                            "- text: Done.\n"));
  Program program(call({"run", manifest}));
  const auto tool = static_cast<pid_t>(std::stol(fifo.read_line()));
  EXPECT_EQ(program.wait().exit_code, 0);
  EXPECT_TRUE(has_ended(tool, 60s));
}

}  // namespace
}  // namespace sandport::testing

#include <gmock/gmock.h>

#include "tests/unit/plugins/plugin_host.hpp"

namespace {

using nlohmann::json;
using sandport::ExecRequest;
using sandport::testkit::ScriptedRun;
using testing::Contains;
using testing::HasSubstr;
using testing::Pair;

class Shell : public plugin_test::ToolTest {
 protected:
  void reply(ScriptedRun run) {
    sandbox_->on_exec = [run](const ExecRequest&) { return run; };
  }
};

TEST_F(Shell, RunsTheCommandInTheWorkingDirectory) {
  reply({"hello\n"});
  EXPECT_EQ(good("bash_run", {{"cmd", "echo hello"}}), "hello\n[exit code 0]");
  const auto request = sandbox_->commands().at(0);
  EXPECT_EQ(request.argv.back(), "echo hello");
  EXPECT_EQ(request.cwd, "/work");
  EXPECT_EQ(request.timeout, std::chrono::seconds(120));
  EXPECT_THAT(request.env, Contains(Pair("GIT_TERMINAL_PROMPT", "0")));
}

TEST_F(Shell, TakesDirectoryTimeoutAndVariables) {
  reply({""});
  EXPECT_EQ(
      good("bash_run", {{"cmd", "x"}, {"cwd", "sub"}, {"timeout_ms", 1500}, {"env", {{"A", "b"}}}}),
      "(no output)\n[exit code 0]");
  const auto request = sandbox_->commands().at(0);
  EXPECT_EQ(request.cwd, "/work/sub");
  EXPECT_EQ(request.timeout, std::chrono::milliseconds(1500));
  EXPECT_THAT(request.env, Contains(Pair("A", "b")));
}

TEST_F(Shell, SaysThatACommandFailed) {
  reply({"", "oops", 3});
  const auto answer = invoke("bash_run", {{"cmd", "false"}});
  EXPECT_TRUE(answer.is_error);
  EXPECT_EQ(answer.text, "oops\n[exit code 3]");
  EXPECT_EQ(answer.structured.at("exit_code"), 3);
}

TEST_F(Shell, ShowsTheBeginningAndTheEndOfALongOutput) {
  make(R"({"max_output": "1KiB"})");
  reply({"first" + std::string(100'000, 'x') + "last"});
  const auto text = good("bash_run", {{"cmd", "x"}});
  EXPECT_THAT(text,
              testing::AllOf(HasSubstr("first"), HasSubstr("last\n[exit"), HasSubstr("left out")));
  EXPECT_LT(text.size(), 1300u);
}

TEST_F(Shell, NeverPutsInvalidUtf8IntoTheResult) {
  reply({"caf\xE9 \xFF ok and some more text"});
  EXPECT_THAT(good("bash_run", {{"cmd", "x"}}), HasSubstr("caf\\xe9 \\xff ok"));
}

TEST_F(Shell, StartsInTheBackgroundWithATagOfTheSession) {
  reply({"", "", 0, true});
  const auto answer = invoke("bash_run", {{"cmd", "server"}, {"background", true}});
  EXPECT_EQ(answer.structured.at("shell_id"), "shell_1");
  const auto request = sandbox_->commands().at(0);
  EXPECT_EQ(request.tag, "session/shell_1");
  EXPECT_EQ(request.lifetime, sandport::Lifetime::kDetached);
  EXPECT_EQ(request.timeout.count(), 0) << "a server must not end at the default timeout";
  EXPECT_EQ(invoke("bash_run", {{"cmd", "x"}, {"background", true}}).structured.at("shell_id"),
            "shell_2");
}

TEST_F(Shell, NamesTheBackgroundCommandsForAnUnknownId) {
  reply({"", "", 0, true});
  good("bash_run", {{"cmd", "server --port 1"}, {"background", true}});
  for (const char* tool : {"bash_logs", "bash_kill"}) {
    EXPECT_THAT(bad(tool, {{"shell_id", "shell_9"}}), HasSubstr("shell_1 (server --port 1)"));
  }
}

// A sandbox with one background process, whose events the test decides.
class Background : public plugin_test::ToolTest {
 protected:
  struct Process : sandport::Process {
    sandport::Mailbox<std::string> output;
    sandport::OneShot<int> ended;
    std::vector<int> signals;
    bool ignores_term = false;

    sandport::Task<sandport::ExitStatus> run(sandport::ProcessOutput& to) override {
      while (auto text = co_await output.next()) co_await to.out(*text);
      const int number = co_await ended.get();
      if (number == 0) co_return sandport::ExitStatus{};
      co_return sandport::ExitStatus{sandport::ExitReason::kKilled, 128 + number, number};
    }
    std::int64_t pid() const noexcept override { return 7; }
    sandport::Task<void> write_stdin(std::string_view) override { co_return; }
    sandport::Task<void> close_stdin() override { co_return; }
    sandport::Task<void> signal(int number) override {
      signals.push_back(number);
      if (number == 15 && ignores_term) co_return;
      end(number);
    }
    void end(int number) {
      output.close();
      ended.set(number);
    }
  };

  struct Sandbox : sandport::testkit::MemorySandbox {
    std::shared_ptr<Process> process = std::make_shared<Process>();
    sandport::AttachRequest attached;
    std::shared_ptr<sandport::Process> attach(sandport::AttachRequest request) override {
      attached = std::move(request);
      return process;
    }
  };

  void SetUp() override {
    sandbox_->on_exec = [](const ExecRequest&) { return ScriptedRun{"", "", 0, true}; };
    good("bash_run", {{"cmd", "server"}, {"background", true}});
  }
  void start_on_background(const std::string& tool, json arguments) {
    auto own = std::make_unique<Sandbox>();
    background_ = own.get();
    process_ = own->process;
    background_lent_ = std::make_unique<sandport::testkit::LentSandbox>(std::move(own));
    arguments["shell_id"] = "shell_1";
    start_with(tool, arguments, background_lent_->get());
  }

  Sandbox* background_ = nullptr;
  std::shared_ptr<Process> process_;
  std::unique_ptr<sandport::testkit::LentSandbox> background_lent_;
};

// Runs a command whose output the test decides.
class Live : public Background {
 protected:
  struct Runs : sandport::testkit::MemorySandbox {
    std::shared_ptr<Process> process = std::make_shared<Process>();
    std::shared_ptr<sandport::Process> exec(ExecRequest /*request*/) override { return process; }
  };
  void SetUp() override {
    auto own = std::make_unique<Runs>();
    process_ = own->process;
    background_lent_ = std::make_unique<sandport::testkit::LentSandbox>(std::move(own));
    start_with("bash_run", {{"cmd", "build"}}, background_lent_->get());
  }
  std::string progress() const {
    std::string text;
    for (const auto& event : sink_->events()) {
      if (event.channel == SP_CHANNEL_PROGRESS) text += event.payload;
    }
    return text;
  }
};

TEST_F(Live, OutputIsShownWhileTheCommandRuns) {
  process_->output.push("one\n");
  EXPECT_EQ(progress(), "one\n");
  process_->output.push("two\n");
  process_->output.push("thr\xC3");
  EXPECT_EQ(progress(), "one\n") << "not more often than a person can read";
  host_.clock().advance(std::chrono::milliseconds(250));
  EXPECT_EQ(progress(), "one\ntwo\nthr") << "half a character waits for its rest";
  process_->end(0);
  EXPECT_EQ(finish().text, "one\ntwo\nthr\\xc3\n[exit code 0]");
}

TEST_F(Live, AFloodIsThinnedOut) {
  process_->output.push("first\n");
  for (int i = 0; i < 1000; ++i) process_->output.push(std::string(1000, 'x'));
  process_->output.push("last\n");
  host_.clock().advance(std::chrono::milliseconds(250));
  EXPECT_THAT(progress(), testing::StartsWith("first\n[…] xxx"));
  EXPECT_THAT(progress(), testing::EndsWith("xlast\n"));
  EXPECT_LT(progress().size(), 2100u);
  process_->end(0);
  EXPECT_EQ(finish().structured.at("output_bytes"), 1'000'011);
}

TEST_F(Background, ShowsWhatARunningCommandHasWrittenSoFar) {
  start_on_background("bash_logs", json::object());
  process_->output.push("ready\n");
  host_.clock().advance(std::chrono::milliseconds(250));  // nothing more comes
  const auto answer = finish();
  EXPECT_EQ(answer.text, "ready\n[shell_1 is running; next offset 6]");
  EXPECT_TRUE(answer.structured.at("running"));
  EXPECT_EQ(background_->attached.tag, "session/shell_1");
}

TEST_F(Background, GoesOnWhereTheLastReadEnded) {
  start_on_background("bash_logs", json::object());
  process_->output.push("12345");
  host_.clock().advance(std::chrono::milliseconds(250));
  static_cast<void>(finish());
  start_on_background("bash_logs", json::object());
  EXPECT_EQ(background_->attached.stdout_offset, 5u);
  process_->end(0);
  EXPECT_EQ(finish().text, "(no new output)\n[shell_1 has ended: exit code 0; next offset 5]");
}

TEST_F(Background, DoesNotWaitForeverForOutput) {
  start_on_background("bash_logs", json::object());
  host_.clock().advance(std::chrono::seconds(5));
  EXPECT_THAT(finish().text, HasSubstr("(no new output)\n[shell_1 is running"));
}

TEST_F(Background, WaitsForOutputAsLongAsAsked) {
  start_on_background("bash_logs", {{"wait_ms", 60'000}});
  host_.clock().advance(std::chrono::seconds(30));
  EXPECT_FALSE(sink_->done());
  process_->output.push("late\n");
  host_.clock().advance(std::chrono::milliseconds(250));
  EXPECT_THAT(finish().text, HasSubstr("late"));
}

TEST_F(Background, EndsWithSigterm) {
  start_on_background("bash_kill", json::object());
  const auto answer = finish();
  EXPECT_FALSE(answer.is_error);
  EXPECT_EQ(answer.text, "shell_1 has ended: killed by signal 15 (SIGTERM).");
  EXPECT_THAT(process_->signals, testing::ElementsAre(15));
}

TEST_F(Background, KillsWhatIgnoresSigterm) {
  start_on_background("bash_logs", json::object());  // makes the process
  host_.clock().advance(std::chrono::seconds(5));
  static_cast<void>(finish());
  auto own = std::make_unique<Sandbox>();
  own->process->ignores_term = true;
  process_ = own->process;
  const sandport::testkit::LentSandbox lent(std::move(own));
  start_with("bash_kill", {{"shell_id", "shell_1"}}, lent.get());
  EXPECT_FALSE(sink_->done());
  host_.clock().advance(std::chrono::seconds(3));
  EXPECT_THAT(finish().text, HasSubstr("SIGKILL"));
  EXPECT_THAT(process_->signals, testing::ElementsAre(15, 9));
}

}  // namespace

// Attached processes of the local backend.
#include <signal.h>

#include <thread>

#include "local_test.hpp"

namespace local_test {
namespace {

using sandport::ExecRequest;
using sandport::ExitReason;

class Processes : public LocalTest {
 protected:
  std::unique_ptr<Running> start(ExecRequest request) {
    request.on_cancel = sandport::OnCancel::kKill;
    return std::make_unique<Running>(sandbox_->raw(), request);
  }
};

TEST_F(Processes, StdoutStderrAndExitCodeComeApart) {
  const auto result = shell("printf out; printf err >&2; exit 7");
  EXPECT_EQ(result.out.text(), "out");
  EXPECT_EQ(result.err.text(), "err");
  EXPECT_EQ(result.exit.reason, ExitReason::kExited);
  EXPECT_EQ(result.exit.exit_code, 7);
}

TEST_F(Processes, RunInTheWorkDirectoryUnlessToldOtherwise) {
  EXPECT_EQ(shell("pwd").out.text(), work_dir_ + "\n");
  auto request = ExecRequest::shell("pwd; printf %s \"$PWD\"");
  request.cwd = "/";
  EXPECT_EQ(sync_wait(view().run(request)).out.text(), "/\n/");
}

TEST_F(Processes, BinaryInputComesBackUnchangedAndEofArrives) {
  std::string bytes;
  for (int i = 0; i < 300000; ++i) bytes += static_cast<char>(i * 7);
  ExecRequest request;
  request.argv = {"cat"};
  request.stdin_mode = sandport::Stdin::kPipe;
  const auto process = start(std::move(request));
  process->write(bytes);
  process->close_stdin();
  EXPECT_TRUE(process->wait().ok());
  EXPECT_EQ(process->text(SP_CHANNEL_STDOUT), bytes);
}

TEST_F(Processes, WithoutInputReadEndOfFileAtOnce) {
  EXPECT_EQ(shell("cat; echo done").out.text(), "done\n");
}

TEST_F(Processes, WritingToAProcessThatDoesNotReadIsEpipe) {
  ExecRequest request = ExecRequest::shell("exec <&-; echo closed; exec sleep 600");
  request.stdin_mode = sandport::Stdin::kPipe;
  const auto process = start(std::move(request));
  ASSERT_TRUE(process->wait_for("closed"));
  const auto error = error_of([&] { process->write("x"); });
  EXPECT_EQ(error.code(), SP_FAILED_PRECONDITION);
  EXPECT_EQ(error.reason(), "EPIPE");
}

TEST_F(Processes, OnlyTheAllowedPartOfTheHostsEnvironmentIsSeen) {
  ::setenv("SANDPORT_TEST_SECRET", "hunter2", 1);
  ::setenv("LC_SANDPORT", "kept", 1);
  LoadedBackend fresh(state(), nlohmann::json::object());
  const auto sandbox = fresh.create({{"env", {{"FROM_SPEC", "spec"}}}});
  auto request = ExecRequest::shell("env");
  request.env = {{"GIVEN", "a b\nc"}};
  const std::string env = sync_wait(sandbox.view().run(request)).out.text();
  EXPECT_EQ(env.find("hunter2"), std::string::npos);
  EXPECT_NE(env.find("LC_SANDPORT=kept"), std::string::npos);
  EXPECT_NE(env.find("FROM_SPEC=spec"), std::string::npos);
  EXPECT_NE(env.find("GIVEN=a b\nc"), std::string::npos);
  EXPECT_NE(env.find("PATH="), std::string::npos);
  ::unsetenv("SANDPORT_TEST_SECRET");
  ::unsetenv("LC_SANDPORT");
}

TEST_F(Processes, OpenDescriptorsOfTheHostAreNotInherited) {
  const int leak = ::open("/dev/null", O_RDONLY);  // without O_CLOEXEC
  // ls itself has the directory open as 3.
  EXPECT_EQ(shell("ls /proc/self/fd").out.text(), "0\n1\n2\n3\n");
  ::close(leak);
}

TEST_F(Processes, SignalsAreAsInAFreshProcess) {
  ::signal(SIGPIPE, SIG_IGN);
  const auto result = shell("grep -E '^Sig(Blk|Ign)' /proc/self/status");
  EXPECT_EQ(result.out.text(), "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
  ::signal(SIGPIPE, SIG_DFL);
}

TEST_F(Processes, AMissingProgramIsNotFound) {
  const auto error = error_of([&] { sync_wait(view().run(argv({"no-such-program"}))); });
  EXPECT_EQ(error.code(), SP_NOT_FOUND);
  EXPECT_EQ(error.reason(), "ENOENT");
  EXPECT_NE(std::string(error.what()).find("no-such-program"), std::string::npos);
}

TEST_F(Processes, AProgramThatMayNotBeRunIsPermissionDenied) {
  write_host_file(at("plain.txt"), "text");
  const auto error = error_of([&] { sync_wait(view().run(argv({at("plain.txt")}))); });
  EXPECT_EQ(error.code(), SP_PERMISSION_DENIED);
}

TEST_F(Processes, AMissingDirectoryIsNotFound) {
  ExecRequest request = argv({"true"});
  request.cwd = at("missing");
  const auto error = error_of([&] { sync_wait(view().run(request)); });
  EXPECT_EQ(error.code(), SP_NOT_FOUND);
  EXPECT_NE(std::string(error.what()).find("missing"), std::string::npos);
}

TEST_F(Processes, TooManyArgumentsAreSaidToBe) {
  const ExecRequest request = argv({"true", std::string(3 * 1024 * 1024, 'x')});
  const auto error = error_of([&] { sync_wait(view().run(request)); });
  EXPECT_EQ(error.reason(), "E2BIG");
}

TEST_F(Processes, AKilledProcessTellsItsSignal) {
  const auto result = shell("kill -TERM $$");
  EXPECT_EQ(result.exit.reason, ExitReason::kKilled);
  EXPECT_EQ(result.exit.signal, SIGTERM);
  EXPECT_EQ(result.exit.exit_code, 128 + SIGTERM);
}

TEST_F(Processes, ATimeoutKillsTheTreeAndSaysSo) {
  LifeLine line(at("line"));
  auto request = ExecRequest::shell(
      "exec 9>line; setsid sh -c '(sleep 600 & sleep 600) & sleep 600' & "
      "trap '' TERM; sleep 600");
  request.timeout = std::chrono::milliseconds(300);
  const auto process = start(std::move(request));
  line.wait_for_holder();
  EXPECT_EQ(process->wait().reason, ExitReason::kTimeout);
  line.wait_for_death();
}

TEST_F(Processes, SigkillReachesChildrenThatDaemonised) {
  LifeLine line(at("line"));
  const auto process = start(ExecRequest::shell(
      "exec 9>line; "
      "setsid sh -c 'setsid sh -c \"trap : TERM HUP; echo ready >&9; sleep 600\" & exit' & "
      "wait; sleep 600"));
  line.wait_for_holder();
  EXPECT_EQ(line.read_line(), "ready");
  process->signal(SIGKILL);
  const auto exit = process->wait();
  EXPECT_EQ(exit.reason, ExitReason::kKilled);
  EXPECT_EQ(exit.signal, SIGKILL);
  line.wait_for_death();
}

TEST_F(Processes, OtherSignalsReachTheWholeTree) {
  const auto process = start(ExecRequest::shell(
      "sh -c 'trap \"echo child; exit 0\" USR1; echo ready; while :; do sleep 0.05; done' & "
      "trap 'wait; echo parent; exit 3' USR1; wait"));
  ASSERT_TRUE(process->wait_for("ready"));
  process->signal(SIGUSR1);
  EXPECT_EQ(process->wait().exit_code, 3);
  EXPECT_NE(process->text(SP_CHANNEL_STDOUT).find("child"), std::string::npos);
  EXPECT_NE(process->text(SP_CHANNEL_STDOUT).find("parent"), std::string::npos);
}

TEST_F(Processes, CancelKillsTheTreeWhenAskedTo) {
  LifeLine line(at("line"));
  const auto process = start(ExecRequest::shell("exec 9>line; setsid sleep 600 & sleep 600"));
  line.wait_for_holder();
  process->cancel();
  EXPECT_EQ(error_of([&] { process->wait(); }).code(), SP_CANCELLED);
  line.wait_for_death();
}

TEST_F(Processes, CancelOnlyStopsWatchingOtherwise) {
  LifeLine line(at("line"));
  {
    Running process(sandbox_->raw(), ExecRequest::shell("exec 9>line; sleep 600"));
    line.wait_for_holder();
    process.cancel();
    EXPECT_EQ(error_of([&] { process.wait(); }).code(), SP_CANCELLED);
  }
  EXPECT_TRUE(line.has_holder());
  sandbox_->close();  // the last that holds it
  line.wait_for_death();
}

TEST_F(Processes, AChildInTheBackgroundNeitherDelaysTheEndNorDies) {
  LifeLine line(at("line"));
  std::thread opener([&] { line.wait_for_holder(); });
  const auto result = shell("exec 9>line; (while :; do echo noise; sleep 0.01; done) & echo main");
  opener.join();
  EXPECT_EQ(result.exit.exit_code, 0);
  EXPECT_EQ(result.out.text().find("main") != std::string::npos, true);
  EXPECT_TRUE(line.has_holder());
  sandbox_->close();
  line.wait_for_death();
}

TEST_F(Processes, AProcessThatClosesItsOutputEarlyIsStillWaitedFor) {
  const auto result = shell("exec >&- 2>&-; sleep 0.1; exit 5");
  EXPECT_EQ(result.exit.exit_code, 5);
}

TEST_F(Processes, MuchOutputComesWhole) {
  const auto result = shell("head -c 50000000 /dev/zero");
  EXPECT_EQ(result.out.total(), 50000000u);
}

TEST_F(Processes, APausedReceiverHoldsTheProcessBack) {
  RecordingSink sink;
  sink.pause_after(2);
  const auto request = ExecRequest::shell("yes | head -c 10000000; echo wrote >&2");
  const sandport::detail::RawExec raw(request);
  sp_process* process = nullptr;
  sink.start([&](sp_sink* to, sp_op** op, sp_error* error) {
    return sandbox_->raw()->exec(sandbox_->raw(), raw.get(), to, op, &process, error);
  });
  sink.wait_events(2);
  EXPECT_FALSE(sink.done());
  EXPECT_TRUE(sink.text(SP_CHANNEL_STDERR).empty());
  sink.resume();
  EXPECT_EQ(sink.wait(), SP_OK);
  EXPECT_EQ(sink.text(SP_CHANNEL_STDOUT).size(), 10000000u);
  EXPECT_TRUE(sink.violations().empty());
}

TEST_F(Processes, ManyRunAtOnce) {
  std::vector<sandport::Task<sandport::RunResult>> tasks;
  for (int i = 0; i < 40; ++i) {
    tasks.push_back(view().run(ExecRequest::shell("echo " + std::to_string(i))));
  }
  const auto results = sync_wait(sandport::when_all(std::move(tasks)));
  for (int i = 0; i < 40; ++i) {
    EXPECT_EQ(results[static_cast<std::size_t>(i)].out.text(), std::to_string(i) + "\n");
  }
}

TEST_F(Processes, AnotherUserIsTakenOnByRoot) {
  ExecRequest request = ExecRequest::shell("id -un; printf %s \"$USER\"");
  request.user = "nobody";
  request.cwd = "/";
  if (::geteuid() != 0) {
    EXPECT_EQ(error_of([&] { sync_wait(view().run(request)); }).code(), SP_PERMISSION_DENIED);
    return;
  }
  EXPECT_EQ(sync_wait(view().run(request)).out.text(), "nobody\nnobody");
  request.user = "no-such-user";
  EXPECT_EQ(error_of([&] { sync_wait(view().run(request)); }).code(), SP_NOT_FOUND);
}

TEST_F(Processes, ATerminalHasASizeThatCanChangeAndEndsWithControlD) {
  Running session(
      sandbox_->raw(),
      ExecRequest::shell("trap 'stty size' WINCH; tty > /dev/null && echo terminal; stty size; "
                         // A signal can end a read that waits.
                         "echo go; until read line; do :; done; echo \"got $line\"; "
                         "read line; echo end"),
      sandport::TerminalSize{30, 100});
  ASSERT_TRUE(session.wait_for("terminal\r\n30 100\r\ngo"));
  session.resize(40, 120);
  session.write("hello\n");
  ASSERT_TRUE(session.wait_for("got hello"));
  EXPECT_NE(session.text(SP_CHANNEL_PTY).find("40 120"), std::string::npos);
  session.close_stdin();
  EXPECT_EQ(session.wait().exit_code, 0);
  EXPECT_NE(session.text(SP_CHANNEL_PTY).find("end"), std::string::npos);
}

TEST_F(Processes, ControlCOnATerminalInterruptsTheForeground) {
  Running session(sandbox_->raw(),
                  ExecRequest::shell("trap 'echo caught; exit 9' INT; echo go; "
                                     "while :; do sleep 0.05; done"),
                  sandport::TerminalSize{});
  ASSERT_TRUE(session.wait_for("go"));
  session.write("\x03");
  EXPECT_EQ(session.wait().exit_code, 9);
  EXPECT_TRUE(session.wait_for("caught"));
}

TEST_F(Processes, ResizeWithoutATerminalIsRefused) {
  const auto process = start(ExecRequest::shell("sleep 600"));
  EXPECT_EQ(error_of([&] { process->resize(10, 10); }).code(), SP_FAILED_PRECONDITION);
}

TEST_F(Processes, DetachedOnesGoOnWithoutUsAndAreFoundAgain) {
  LifeLine line(at("line"));
  ASSERT_EQ(::mkfifo(at("go").c_str(), 0600), 0);
  {
    auto request = ExecRequest::shell("exec 9>line; echo before; read x <go; echo after; exit 6");
    request.lifetime = sandport::Lifetime::kDetached;
    request.tag = "job";
    Running process(sandbox_->raw(), request);
    line.wait_for_holder();
    ASSERT_TRUE(process.wait_for("before"));
    EXPECT_EQ(error_of([&] { Running(sandbox_->raw(), request).wait(); }).code(),
              SP_ALREADY_EXISTS);
  }
  restart();
  EXPECT_TRUE(line.has_holder());
  sandport::AttachRequest again;
  again.tag = "job";
  again.stdout_offset = 3;
  Running process(sandbox_->raw(), again);
  ASSERT_TRUE(process.wait_for("ore\n"));
  write_host_file(at("go"), "x\n");
  EXPECT_EQ(process.wait().exit_code, 6);
  EXPECT_EQ(process.text(SP_CHANNEL_STDOUT), "ore\nafter\n");
  line.wait_for_death();
  Running late(sandbox_->raw(), again);
  EXPECT_EQ(late.wait().exit_code, 6);
  EXPECT_EQ(late.text(SP_CHANNEL_STDOUT), "ore\nafter\n");
}

TEST_F(Processes, DisposeEndsDetachedOnesAndRemovesWhatWasMade) {
  LifeLine line(at("line"));
  auto request = ExecRequest::shell("exec 9>line; setsid sleep 600 & echo up; sleep 600");
  request.lifetime = sandport::Lifetime::kDetached;
  {
    Running process(sandbox_->raw(), request);
    line.wait_for_holder();
  }
  backend_->dispose(view().id());
  line.wait_for_death();
  EXPECT_FALSE(std::filesystem::exists(work_dir_));
  EXPECT_TRUE(backend_->list().at("sandboxes").empty());
  EXPECT_EQ(error_of([&] { static_cast<void>(backend_->connect(view().id())); }).code(),
            SP_NOT_FOUND);
}

}  // namespace
}  // namespace local_test

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
  sandport::RunningProcess start(ExecRequest request) {
    request.on_cancel = sandport::OnCancel::kKill;
    return sync_wait(view().exec(std::move(request)));
  }
  // Everything that the process writes to stdout until it ends.
  static std::string drain(sandport::RunningProcess& process) {
    std::string text;
    while (auto event = sync_wait(process.next())) {
      if (event->channel == SP_CHANNEL_STDOUT || event->channel == SP_CHANNEL_PTY) {
        text += event->payload;
      }
    }
    return text;
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
  auto process = start(std::move(request));
  std::thread writer([&] {
    sync_wait(process.write_stdin(bytes));
    sync_wait(process.close_stdin());
  });
  EXPECT_EQ(drain(process), bytes);
  writer.join();
  EXPECT_TRUE(sync_wait(process.wait()).ok());
}

TEST_F(Processes, WithoutInputReadEndOfFileAtOnce) {
  EXPECT_EQ(shell("cat; echo done").out.text(), "done\n");
}

TEST_F(Processes, WritingToAProcessThatDoesNotReadIsEpipe) {
  ExecRequest request =
      ExecRequest::shell("exec <&-; echo closed; read line < /dev/tty; sleep 600");
  request.argv.back() = "exec <&-; echo closed; exec sleep 600";
  request.stdin_mode = sandport::Stdin::kPipe;
  auto process = start(std::move(request));
  while (auto event = sync_wait(process.next())) {
    if (event->channel == SP_CHANNEL_STDOUT) break;
  }
  const auto error = error_of([&] { sync_wait(process.write_stdin("x")); });
  EXPECT_EQ(error.code(), SP_FAILED_PRECONDITION);
  EXPECT_EQ(error.reason(), "EPIPE");
}

TEST_F(Processes, OnlyTheAllowedPartOfTheHostsEnvironmentIsSeen) {
  ::setenv("SANDPORT_TEST_SECRET", "hunter2", 1);
  ::setenv("LC_SANDPORT", "kept", 1);
  LoadedBackend fresh(state(), {});
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
  auto process = start(std::move(request));
  line.wait_for_holder();
  EXPECT_EQ(sync_wait(process.wait()).reason, ExitReason::kTimeout);
  line.wait_for_death();
}

TEST_F(Processes, SigkillReachesChildrenThatDaemonised) {
  LifeLine line(at("line"));
  auto process = start(ExecRequest::shell(
      "exec 9>line; "
      "setsid sh -c 'setsid sh -c \"trap : TERM HUP; echo ready >&9; sleep 600\" & exit' & "
      "wait; sleep 600"));
  line.wait_for_holder();
  EXPECT_EQ(line.read_line(), "ready");
  sync_wait(process.signal(SIGKILL));
  const auto exit = sync_wait(process.wait());
  EXPECT_EQ(exit.reason, ExitReason::kKilled);
  EXPECT_EQ(exit.signal, SIGKILL);
  line.wait_for_death();
}

TEST_F(Processes, OtherSignalsReachTheWholeTree) {
  auto process = start(ExecRequest::shell(
      "sh -c 'trap \"echo child; exit 0\" USR1; echo ready; while :; do sleep 0.05; done' & "
      "trap 'wait; echo parent; exit 3' USR1; wait"));
  std::string text;
  while (text.find("ready") == std::string::npos) {
    const auto event = sync_wait(process.next());
    ASSERT_TRUE(event);
    if (event->channel == SP_CHANNEL_STDOUT) text += event->payload;
  }
  sync_wait(process.signal(SIGUSR1));
  text += drain(process);
  EXPECT_NE(text.find("child"), std::string::npos);
  EXPECT_NE(text.find("parent"), std::string::npos);
  EXPECT_EQ(sync_wait(process.wait()).exit_code, 3);
}

TEST_F(Processes, CancelKillsTheTreeWhenAskedTo) {
  LifeLine line(at("line"));
  auto process = start(ExecRequest::shell("exec 9>line; setsid sleep 600 & sleep 600"));
  line.wait_for_holder();
  process.cancel();
  EXPECT_EQ(error_of([&] { sync_wait(process.wait()); }).code(), SP_CANCELLED);
  line.wait_for_death();
}

TEST_F(Processes, CancelOnlyStopsWatchingOtherwise) {
  LifeLine line(at("line"));
  {
    auto request = ExecRequest::shell("exec 9>line; sleep 600");
    auto process = sync_wait(view().exec(std::move(request)));
    line.wait_for_holder();
    process.cancel();
    EXPECT_EQ(error_of([&] { sync_wait(process.wait()); }).code(), SP_CANCELLED);
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

TEST_F(Processes, MuchOutputComesWholeWhileMemoryStaysFlat) {
  auto process = start(ExecRequest::shell("head -c 200000000 /dev/zero"));
  std::uint64_t total = 0;
  while (auto event = sync_wait(process.next())) {
    if (event->channel == SP_CHANNEL_STDOUT) total += event->payload.size();
  }
  EXPECT_EQ(total, 200000000u);
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

class Terminals : public Processes {
 protected:
  // The op keeps the process alive.
  struct Session {
    RecordingSink sink;
    sp_process* process = nullptr;
    std::mutex mutex;
    std::condition_variable changed;
    std::string text;
    void wait_for(const std::string& wanted) {
      std::unique_lock lock(mutex);
      changed.wait(lock, [&] { return text.find(wanted) != std::string::npos; });
    }
  };
  std::unique_ptr<Session> open(const ExecRequest& request, std::uint16_t rows,
                                std::uint16_t columns) {
    auto session = std::make_unique<Session>();
    session->sink.on_each = [at = session.get()](std::uint32_t channel, sp_bytes bytes) {
      if (channel != SP_CHANNEL_PTY) return;
      const std::lock_guard lock(at->mutex);
      at->text += sandport::to_string(bytes);
      at->changed.notify_all();
    };
    const auto* table = view().extension<sp_sandbox_pty>(SP_SANDBOX_PTY);
    const sandport::detail::RawExec raw(request);
    session->sink.start([&](sp_sink* sink, sp_op** op, sp_error* error) {
      return table->exec(sandbox_->raw(), raw.get(), rows, columns, sink, op, &session->process,
                         error);
    });
    return session;
  }
  template <class Submit>
  static void act(Submit submit) {
    RecordingSink sink;
    sink.start(submit);
    ASSERT_EQ(sink.wait(), SP_OK) << sink.message();
  }
};

TEST_F(Terminals, HaveASizeThatCanChangeAndEndWithControlD) {
  const auto session = open(
      ExecRequest::shell("trap 'stty size' WINCH; tty > /dev/null && echo terminal; stty size; "
                         "echo go; while read line; do echo \"got $line\"; done; echo end"),
      30, 100);
  session->wait_for("terminal\r\n30 100\r\ngo");
  act([&](sp_sink* sink, sp_op** op, sp_error* error) {
    return session->process->resize(session->process, 40, 120, sink, op, error);
  });
  session->wait_for("40 120");
  act([&](sp_sink* sink, sp_op** op, sp_error* error) {
    return session->process->write_stdin(session->process, sandport::to_bytes("hello\n"), sink, op,
                                         error);
  });
  session->wait_for("got hello");
  act([&](sp_sink* sink, sp_op** op, sp_error* error) {
    return session->process->close_stdin(session->process, sink, op, error);
  });
  EXPECT_EQ(session->sink.wait(), SP_OK);
  EXPECT_NE(session->text.find("end"), std::string::npos);
}

TEST_F(Terminals, ControlCInterruptsTheForeground) {
  const auto session = open(ExecRequest::shell("trap 'echo caught; exit 9' INT; echo go; "
                                               "while :; do sleep 0.05; done"),
                            24, 80);
  session->wait_for("go");
  act([&](sp_sink* sink, sp_op** op, sp_error* error) {
    return session->process->write_stdin(session->process, sandport::to_bytes("\x03"), sink, op,
                                         error);
  });
  session->wait_for("caught");
  EXPECT_EQ(session->sink.wait(), SP_OK);
}

TEST_F(Processes, ResizeWithoutATerminalIsRefused) {
  auto process = start(ExecRequest::shell("sleep 600"));
  EXPECT_EQ(error_of([&] { sync_wait(process.resize({10, 10})); }).code(), SP_FAILED_PRECONDITION);
}

}  // namespace
}  // namespace local_test

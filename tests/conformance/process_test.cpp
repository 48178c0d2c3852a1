// Processes: B10 to B13, E3, E4 and E10 to E12 of the checklist.
#include <gmock/gmock.h>

#include <csignal>

#include "tests/conformance/backend_under_test.hpp"

namespace sandport::conformance {
namespace {

using ProcessConformance = BackendTest;

Task<std::string> next_text(Process& process) {
  const std::optional<OutputChunk> chunk = co_await process.next_output();
  co_return chunk ? chunk->bytes : std::string();
}

Task<std::string> rest_of(Process& process) {
  std::string all;
  for (;;) {
    const std::string piece = co_await next_text(process);
    if (piece.empty()) break;
    all += piece;
  }
  co_return all;
}

ExecRequest shell(const std::string& line, const std::string& cwd) {
  ExecRequest request;
  request.argv = {"/bin/sh", "-c", line};
  request.cwd = cwd;
  return request;
}

TEST_P(ProcessConformance, TheTwoStreamsAreApart) {
  const Ran ran = sh("echo to out; echo to err >&2; echo out again");
  EXPECT_EQ(ran.out, "to out\nout again\n");
  EXPECT_EQ(ran.err, "to err\n");
  EXPECT_TRUE(ran.exit.success());
}

TEST_P(ProcessConformance, OutputIsThereAfterTheWait) {
  const auto process = wait(sandbox().exec(shell("seq 1 20000", dir())));
  EXPECT_TRUE(wait(process->wait()).success());
  const std::string out = wait(rest_of(*process));
  EXPECT_TRUE(out.starts_with("1\n2\n"));
  EXPECT_TRUE(out.ends_with("\n20000\n"));
}

TEST_P(ProcessConformance, ExitCodesComeThrough) {
  EXPECT_EQ(sh("exit 7").exit.exit_code, 7);
  EXPECT_EQ(sh("exit 0").exit.exit_code, 0);
}

TEST_P(ProcessConformance, KillEndsTheWait) {
  const auto process = wait(sandbox().exec(shell("echo ready; sleep 600", dir())));
  EXPECT_EQ(wait(next_text(*process)), "ready\n");
  EXPECT_GE(process->pid(), 0);
  wait(process->signal(SIGKILL));
  const ExitStatus status = wait(process->wait());
  EXPECT_EQ(status.reason, ExitReason::kKilled);
  EXPECT_EQ(status.signal, SIGKILL);
  EXPECT_NE(status.exit_code, 0);
  EXPECT_EQ(wait(process->wait()).exit_code, status.exit_code);
  // Nothing, and no error, when it has ended already.
  wait(process->signal(SIGKILL));
}

TEST_P(ProcessConformance, NoCommandIsAnError) {
  EXPECT_EQ(error_of(sandbox().exec(ExecRequest{})).code(), Code::kInvalidArgument);
}

TEST_P(ProcessConformance, AMissingProgramIsAnError) {
  const Error error = error_of(sandbox().exec([&] {
    ExecRequest request;
    request.argv = {"/no/such/program"};
    request.cwd = dir();
    return request;
  }()));
  EXPECT_EQ(error.code(), Code::kNotFound);
}

TEST_P(ProcessConformance, BackgroundProcessesAreListedAndFoundAgain) {
  ExecRequest request = shell("echo from background; sleep 600", dir());
  request.lifetime = ProcessLifetime::kDetached;
  request.tag = "conformance";
  const auto first = wait(sandbox().exec(request));
  EXPECT_EQ(wait(next_text(*first)), "from background\n");
  bool listed = false;
  for (const ProcessInfo& info : wait(sandbox().processes())) {
    listed |= info.tag == "conformance" && info.running;
  }
  EXPECT_TRUE(listed);

  AttachRequest attach;
  attach.tag = "conformance";
  const auto second = wait(sandbox().attach(attach));
  EXPECT_EQ(wait(next_text(*second)), "from background\n");
  wait(second->signal(SIGKILL));
  EXPECT_EQ(wait(second->wait()).reason, ExitReason::kKilled);
}

TEST_P(ProcessConformance, ATerminalHasASizeThatChanges) {
  ExecRequest request = shell("stty size; read go; stty size", dir());
  request.pty = PtySize{30, 100};
  request.stdin_mode = StdinMode::kPipe;
  const auto process = wait(sandbox().exec(request));
  std::string seen = wait(next_text(*process));
  while (seen.find("30 100") == std::string::npos) seen += wait(next_text(*process));
  wait(process->resize(PtySize{40, 120}));
  wait(process->write_stdin("go\n"));
  seen += wait(rest_of(*process));
  EXPECT_THAT(seen, testing::HasSubstr("40 120"));
}

INSTANTIATE_TEST_SUITE_P(Backends, ProcessConformance, testing::ValuesIn(backend_cases()),
                         [](const auto& entry) { return entry.param.name; });

}  // namespace
}  // namespace sandport::conformance

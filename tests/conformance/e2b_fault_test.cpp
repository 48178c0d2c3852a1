// The E2B backend on a sandbox whose connections break, stall, lie or fall silent.
#include <gmock/gmock.h>

#include <csignal>

#include "tests/conformance/e2b_world.hpp"

namespace sandport::conformance {
namespace {

using e2b_emulator::EmulatorOptions;
using e2b_emulator::Fault;
using e2b_emulator::Rule;
using testing::HasSubstr;

constexpr const char* kStart = "/process.Process/Start";

class E2bFaults : public E2bWorld {
 protected:
  void fault_stream(Fault kind, int frames, const char* path = kStart) {
    Rule rule;
    rule.fault = kind;
    rule.path = path;
    rule.frames = frames;
    fault(rule);
  }
  void fault_status(const char* path, int status, const char* body = "{}") {
    Rule rule;
    rule.path = path;
    rule.status = status;
    rule.body = body;
    rule.headers = {{"Retry-After", "0"}};
    fault(rule);
  }
};

// The start, and the shell's note that the command runs, are in the first two frames.
class E2bLostStreams : public E2bFaults, public testing::WithParamInterface<Fault> {};

TEST_P(E2bLostStreams, TheProcessIsFoundAgainAndTheGapIsSaid) {
  // Only where silence is what is tested: a busy machine may be silent for so long by itself.
  const auto sandbox = make_sandbox({{"keepalive", GetParam() == Fault::kSilence ? "1s" : "20s"}});
  fault_stream(GetParam(), 2);
  const auto process = start(*sandbox, "read go; echo \"got $go\"; exit 5", StdinMode::kPipe);
  // Not before the new stream is there: what comes meanwhile is lost, as is said.
  for (;;) {
    const auto chunk = wait(process->next_output());
    ASSERT_TRUE(chunk);
    if (chunk->channel == OutputChannel::kGap) break;
  }
  while (seen("POST", "/process.Process/Connect") == 0) wait(sandbox->refresh());
  wait(process->write_stdin("on\n"));
  const E2bRan rest = finish(*process);
  EXPECT_EQ(rest.exit.reason, ExitReason::kExited);
  EXPECT_EQ(rest.exit.exit_code, 5);
}

INSTANTIATE_TEST_SUITE_P(Faults, E2bLostStreams,
                         testing::Values(Fault::kHalfFrame, Fault::kSilence),
                         [](const auto& entry) {
                           return entry.param == Fault::kSilence ? "Silence" : "HalfFrame";
                         });

TEST_F(E2bFaults, ALengthOfFourGigabytesIsNotBelieved) {
  const auto sandbox = make_sandbox();
  fault_stream(Fault::kGiantFrame, 2);
  const auto process = start(*sandbox, "sleep 600");
  EXPECT_EQ(error_of(process->wait()).code(), Code::kDataLoss);
}

TEST_F(E2bFaults, GarbageInPlaceOfAStreamIsAnError) {
  const auto sandbox = make_sandbox();
  fault_stream(Fault::kGarbage, 0);
  ExecRequest request;
  request.argv = {"true"};
  EXPECT_EQ(error_of(sandbox->exec(request)).code(), Code::kDataLoss);
}

TEST_F(E2bFaults, AStreamWithoutItsEndStillHasTheExit) {
  const auto sandbox = make_sandbox();
  fault_stream(Fault::kNoEndFrame, 0);
  const E2bRan ran = run(*sandbox, "echo whole; exit 3");
  EXPECT_EQ(ran.out, "whole\n");
  EXPECT_EQ(ran.exit.exit_code, 3);
}

TEST_F(E2bFaults, ACommandIsStartedOnceAfterRefusalsThatDidNothing) {
  const auto sandbox = make_sandbox();
  fault_status(kStart, 429);
  fault_status(kStart, 409);
  fault_status(kStart, 503);
  EXPECT_EQ(run(*sandbox, "echo x >> /home/user/runs; cat /home/user/runs").out, "x\n");
}

TEST_F(E2bFaults, ASandboxThatEndsMeanwhileIsSaidToBeGone) {
  const auto sandbox = make_sandbox();
  const auto process = start(*sandbox, "sleep 600");
  cloud().expire(sandbox->id());
  const Error error = error_of(process->wait());
  EXPECT_EQ(error.code(), Code::kNotFound) << error.what();
  EXPECT_EQ(error.reason(), "SANDBOX_GONE");
  EXPECT_EQ(error_of(sandbox->files().stat("/home")).reason(), "SANDBOX_GONE");
}

TEST_F(E2bFaults, ASandboxThatIsPausedUnderUsIsSaidToBePaused) {
  const auto sandbox = make_sandbox();
  const auto process = start(*sandbox, "sleep 600");
  cloud().pause(sandbox->id());
  const Error error = error_of(process->wait());
  EXPECT_EQ(error.reason(), "SANDBOX_PAUSED") << error.what();
}

TEST_F(E2bFaults, BackgroundOutputHasNoGapWhenTheStreamIsLost) {
  const auto sandbox = make_sandbox();
  ExecRequest request;
  request.argv = {"/bin/sh", "-c", "echo one; while [ ! -e go ]; do sleep 0.05; done; echo two"};
  request.lifetime = ProcessLifetime::kDetached;
  request.tag = "job";
  // The first Start launches it, the second follows it.
  Rule rule;
  rule.fault = Fault::kHalfFrame;
  rule.path = kStart;
  rule.after = 1;
  rule.frames = 3;
  fault(rule);
  const auto process = wait(sandbox->exec(request));
  write(*sandbox, sandbox->info().work_dir + "/go", "");
  const E2bRan ran = finish(*process);
  EXPECT_EQ(ran.out, "one\ntwo\n");
  EXPECT_EQ(ran.gaps, 0);
  EXPECT_TRUE(ran.exit.success());
}

TEST_F(E2bFaults, AnotherProcessOfOursReadsTheJournalFromWhereItWas) {
  const auto sandbox = make_sandbox();
  ExecRequest request;
  request.argv = {"/bin/sh", "-c", "printf abcdef; printf uvw >&2; exit 4"};
  request.lifetime = ProcessLifetime::kDetached;
  request.tag = "job";
  const auto process = wait(sandbox->exec(request));
  wait(process->wait());
  const auto other = make_backend();
  const auto again = wait(other->connect(sandbox->id(), SandboxSpec{}));
  AttachRequest attach;
  attach.tag = "job";
  attach.stdout_offset = 4;
  attach.stderr_offset = 1;
  const auto attached = wait(again->attach(attach));
  const E2bRan ran = finish(*attached);
  EXPECT_EQ(ran.out, "ef");
  EXPECT_EQ(ran.err, "vw");
  EXPECT_EQ(ran.exit.exit_code, 4);
  attach.tag = "no such job";
  EXPECT_EQ(error_of(again->attach(attach)).code(), Code::kNotFound);
}

TEST_F(E2bFaults, ABackgroundCommandIsKilledAtItsDeadline) {
  const auto sandbox = make_sandbox();
  ExecRequest request;
  request.argv = {"/bin/sh", "-c", "echo begun; sleep 600"};
  request.lifetime = ProcessLifetime::kDetached;
  request.timeout = std::chrono::milliseconds(500);
  const auto process = wait(sandbox->exec(request));
  const E2bRan ran = finish(*process);
  EXPECT_EQ(ran.exit.reason, ExitReason::kTimeout);
}

TEST_F(E2bFaults, AProcessIsFoundByItsPid) {
  const auto sandbox = make_sandbox();
  const auto process = start(*sandbox, "read go; echo answer; exit 6", StdinMode::kPipe);
  const auto other = make_backend();
  const auto again = wait(other->connect(sandbox->id(), SandboxSpec{}));
  AttachRequest attach;
  attach.pid = process->pid();
  const auto attached = wait(again->attach(attach));
  wait(attached->write_stdin("go\n"));
  const E2bRan ran = finish(*attached);
  EXPECT_EQ(ran.out, "answer\n");
  EXPECT_EQ(ran.err, "");
  EXPECT_EQ(ran.gaps, 1);
  EXPECT_EQ(ran.exit.exit_code, 6);
}

TEST_F(E2bFaults, OutputThatABackgroundChildHoldsOpenIsNotAwaited) {
  const auto sandbox = make_sandbox();
  const E2bRan ran = run(*sandbox, "sleep 600 & echo done; exit 2");
  EXPECT_EQ(ran.out, "done\n");
  EXPECT_EQ(ran.exit.exit_code, 2);
}

TEST_F(E2bFaults, ADownloadThatBreaksGoesOn) {
  const auto sandbox = make_sandbox();
  std::string content;
  for (int i = 0; i < 300000; ++i) content += std::to_string(i) + "\n";
  const std::string path = sandbox->info().work_dir + "/large";
  write(*sandbox, path, content);
  for (const std::uint64_t bytes : {std::uint64_t{1000000}, std::uint64_t{500000}}) {
    Rule rule;
    rule.fault = Fault::kDrop;
    rule.method = "GET";
    rule.path = "/files";
    rule.bytes = bytes;
    fault(rule);
  }
  EXPECT_TRUE(read(*sandbox, path) == content);
}

TEST_F(E2bFaults, AFailedUploadLeavesWhatWasThere) {
  const auto sandbox = make_sandbox();
  const std::string path = sandbox->info().work_dir + "/file";
  write(*sandbox, path, "old");
  Rule full;
  full.method = "POST";
  full.path = "/files";
  full.status = 507;
  full.body = R"({"code":507,"message":"not enough disk space available"})";
  fault(full);
  const std::string content = "new";
  const Error error = error_of(sandbox->files().write(path, std::make_unique<StringStream>(content),
                                                      content.size(), WriteMode::kReplace));
  EXPECT_EQ(error.code(), Code::kResourceExhausted);
  EXPECT_EQ(error.reason(), "ENOSPC") << error.what();
  EXPECT_EQ(read(*sandbox, path), "old");
  EXPECT_EQ(run(*sandbox, "ls -A | grep -c sandport-").out, "0\n");
}

TEST_F(E2bFaults, ASmallUploadIsSentAgain) {
  const auto sandbox = make_sandbox();
  const std::string path = sandbox->info().work_dir + "/file";
  Rule lost;
  lost.fault = Fault::kLostReply;
  lost.method = "POST";
  lost.path = "/files";
  fault(lost);
  write(*sandbox, path, "content");
  EXPECT_EQ(read(*sandbox, path), "content");
}

TEST_F(E2bFaults, AWatchGoesOnAndSaysThatItMissedSomething) {
  const auto sandbox = make_sandbox();
  const std::string dir = sandbox->info().work_dir;
  fault_stream(Fault::kHalfFrame, 1, "/filesystem.Filesystem/WatchDir");
  const auto watch = wait(sandbox->watch(dir, WatchDepth::kRecursive));
  ASSERT_EQ(wait(watch->next())->type, WatchEventType::kReady);
  ASSERT_EQ(wait(watch->next())->type, WatchEventType::kOverflow);
  while (seen("POST", "/filesystem.Filesystem/WatchDir") < 2) wait(sandbox->refresh());
  // Written until it is seen: when the second watch begins is not told.
  for (int i = 0;; ++i) {
    write(*sandbox, dir + "/seen" + std::to_string(i), "x");
    const auto event = wait(watch->next());
    ASSERT_TRUE(event);
    if (event->path.find("/seen") != std::string::npos) break;
  }
}

class E2bOldEnvd : public E2bFaults, public testing::WithParamInterface<const char*> {};

TEST_P(E2bOldEnvd, StillRunsCommandsAndKeepsFiles) {
  EmulatorOptions options;
  options.envd_version = GetParam();
  begin(std::move(options));
  const auto sandbox = make_sandbox();
  const std::string path = sandbox->info().work_dir + "/a b.txt";
  write(*sandbox, path, "content");
  write(*sandbox, path, "+", WriteMode::kAppend);
  EXPECT_EQ(read(*sandbox, path), "content+");
  EXPECT_EQ(run(*sandbox, "cat; echo end").out, "end\n");
}

INSTANTIATE_TEST_SUITE_P(Versions, E2bOldEnvd, testing::Values("0.2.0", "0.4.0", "0.5.6"));

TEST_F(E2bFaults, AnInputThatCannotBeEndedSaysWhy) {
  EmulatorOptions options;
  options.envd_version = "0.5.1";
  begin(std::move(options));
  const auto sandbox = make_sandbox();
  const auto process = start(*sandbox, "cat", StdinMode::kPipe);
  EXPECT_EQ(error_of(process->close_stdin()).reason(), "ENVD_TOO_OLD");
}

TEST_F(E2bFaults, CompressedUploadsArriveUnpacked) {
  const auto sandbox = make_sandbox({{"gzip", true}});
  const std::string content(1000000, 'z');
  const std::string path = sandbox->info().work_dir + "/z";
  write(*sandbox, path, content);
  EXPECT_TRUE(read(*sandbox, path) == content);
}

TEST_F(E2bFaults, NobodyKnowsTheUser) {
  const auto sandbox = make_sandbox();
  ExecRequest request;
  request.argv = {"true"};
  request.user = "nosuchuser";
  const Error error = error_of(sandbox->exec(request));
  EXPECT_EQ(error.code(), Code::kUnauthenticated) << error.what();
  EXPECT_THAT(error.what(), HasSubstr("nosuchuser"));
}

}  // namespace
}  // namespace sandport::conformance

// Shell commands: C1 to C17 of the checklist.
#include <gmock/gmock.h>

#include "tests/conformance/backend_under_test.hpp"

namespace sandport::conformance {
namespace {

using testing::HasSubstr;
using CommandConformance = BackendTest;

TEST_P(CommandConformance, Echo) { EXPECT_EQ(sh("echo hello").out, "hello\n"); }

TEST_P(CommandConformance, AFailureSaysWhyOnStandardError) {
  const Ran ran = sh("ls /no/such/place");
  EXPECT_NE(ran.exit.exit_code, 0);
  EXPECT_EQ(ran.out, "");
  EXPECT_THAT(ran.err, HasSubstr("No such file or directory"));
}

TEST_P(CommandConformance, Operators) {
  EXPECT_EQ(sh("true && echo and").out, "and\n");
  EXPECT_EQ(sh("false; echo then").out, "then\n");
  EXPECT_EQ(sh("false || echo or").out, "or\n");
  EXPECT_EQ(sh("echo abc | tr a-c A-C").out, "ABC\n");
  EXPECT_EQ(sh("printf 'c\\na\\nb\\n' | sort | head -n 1 | tr a-z A-Z").out, "A\n");
}

TEST_P(CommandConformance, FinishesInsideItsTimeout) {
  ExecRequest request;
  request.argv = {"/bin/sh", "-c", "echo in time"};
  request.timeout = std::chrono::seconds(30);
  const Ran ran = run(request);
  EXPECT_EQ(ran.out, "in time\n");
  EXPECT_EQ(ran.exit.reason, ExitReason::kExited);
}

TEST_P(CommandConformance, ATimeoutKillsAndSaysSo) {
  ExecRequest request;
  request.argv = {"/bin/sh", "-c", "echo before; sleep 600"};
  request.timeout = std::chrono::milliseconds(300);
  const Ran ran = run(request);
  EXPECT_EQ(ran.exit.reason, ExitReason::kTimeout);
  EXPECT_EQ(ran.out, "before\n");
}

TEST_P(CommandConformance, EnvironmentVariablesAreSet) {
  ExecRequest request;
  request.argv = {"/bin/sh", "-c", "printf %s \"$GREETING\""};
  request.env = {{"GREETING", "it's $HOME \"quoted\"\nand long"}};
  EXPECT_EQ(run(request).out, "it's $HOME \"quoted\"\nand long");
}

TEST_P(CommandConformance, RedirectedOutputIsAFile) {
  sh("echo content > made.txt");
  EXPECT_EQ(read(path("made.txt")), "content\n");
}

TEST_P(CommandConformance, ToolsAndSubstitutions) {
  write(path("a.txt"), "one two\n");
  EXPECT_EQ(sh("sed s/one/three/ a.txt").out, "three two\n");
  EXPECT_EQ(sh("echo $(echo inner)").out, "inner\n");
  EXPECT_EQ(sh("echo $((6 * 7))").out, "42\n");
  EXPECT_EQ(sh("seq 1 100000 | head -n 2").out, "1\n2\n");
}

TEST_P(CommandConformance, InputEndsWhenItIsClosed) {
  EXPECT_EQ(run({"cat"}, "one line\n").out, "one line\n");
  EXPECT_EQ(sh("wc -l | tr -d ' '", "1\n2\n3\n").out, "3\n");
}

TEST_P(CommandConformance, WithoutInputAProcessSeesItsEnd) {
  EXPECT_EQ(sh("cat; echo done").out, "done\n");
}

INSTANTIATE_TEST_SUITE_P(Backends, CommandConformance, testing::ValuesIn(backend_cases()),
                         [](const auto& entry) { return entry.param.name; });

}  // namespace
}  // namespace sandport::conformance

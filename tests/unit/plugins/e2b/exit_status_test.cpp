#include "process/exit_status.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace sandport_e2b {
namespace {

using sandport::ExitReason;

sandport::ExitStatus end(const char* json) { return from_end_event(nlohmann::json::parse(json)); }

TEST(E2bExit, AMissingCodeIsZero) {
  const auto exit = end(R"({"exited":true,"status":"exit status 0"})");
  EXPECT_TRUE(exit.ok());
}

TEST(E2bExit, CodesComeThrough) {
  const auto exit = end(R"({"exited":true,"exitCode":7,"status":"exit status 7"})");
  EXPECT_EQ(exit.reason, ExitReason::kExited);
  EXPECT_EQ(exit.exit_code, 7);
  // On a terminal no shell stands between: 130 is what the program said.
  EXPECT_EQ(end(R"({"exited":true,"exitCode":130})").reason, ExitReason::kExited);
}

TEST(E2bExit, SignalsByName) {
  const auto killed = end(R"({"exitCode":-1,"status":"signal: killed"})");
  EXPECT_EQ(killed.reason, ExitReason::kKilled);
  EXPECT_EQ(killed.signal, 9);
  EXPECT_EQ(killed.exit_code, 137);
  EXPECT_EQ(end(R"x({"exitCode":-1,"status":"signal: aborted (core dumped)"})x").signal, 6);
  // After a live upgrade of envd.
  EXPECT_EQ(end(R"({"exitCode":143,"status":"terminated"})").signal, 15);
  EXPECT_EQ(end(R"({"exitCode":-1,"status":"?"})").reason, ExitReason::kLost);
}

TEST(E2bExit, AShellAddsOneHundredAndTwentyEight) {
  EXPECT_EQ(from_shell_code(0).reason, ExitReason::kExited);
  EXPECT_EQ(from_shell_code(128).reason, ExitReason::kExited);
  EXPECT_EQ(from_shell_code(143).signal, 15);
  EXPECT_EQ(from_shell_code(255).reason, ExitReason::kExited);
}

}  // namespace
}  // namespace sandport_e2b

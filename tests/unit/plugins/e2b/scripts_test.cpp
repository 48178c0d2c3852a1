// Our shell programs, run by this machine's sh. `kill` only says whom it would have hit.
#include "process/scripts.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <string>

#include "encoding.hpp"
#include "files/file_scripts.hpp"

namespace sandport_e2b {
namespace {

std::string run(const std::string& command) {
  std::string output;
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return "cannot run it";
  char buffer[4096];
  for (std::size_t size = 0; (size = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;) {
    output.append(buffer, size);
  }
  pclose(pipe);
  return output;
}

std::string would_signal(const std::string& key, const std::string& root, const std::string& part) {
  const std::string script = "kill() { echo \"$@\"; }\n" + scripts::kSignal;
  return run("/bin/sh -c " + shell_quote(script) + " sandport " + key + " 15 " + shell_quote(root) +
             " " + part);
}

TEST(E2bScripts, AnUnknownProcessMeansNobodyIsHit) {
  for (const char* root : {"0", "1", "", "-1", "x", "0 1"}) {
    for (const char* part : {"self", "below"}) {
      EXPECT_EQ(would_signal("nosuchkey0123456789", root, part), "") << root << " " << part;
    }
  }
}

TEST(E2bScripts, SignalsHitTheTreeAndNothingElse) {
  const std::string own = std::to_string(getpid());
  const std::string hit = would_signal("nosuchkey0123456789", own, "self");
  EXPECT_TRUE(hit.starts_with("-15 " + own)) << hit;
  const std::string below = would_signal("nosuchkey0123456789", own, "below");
  EXPECT_TRUE(below.starts_with("-15 ")) << below;
  EXPECT_EQ((below + " ").find(" " + own + " "), std::string::npos) << below;
}

TEST(E2bScripts, SignalsFindAProcessByItsKey) {
  const std::string key = "key" + random_hex(8);
  const std::string script = "kill() { echo \"$@\"; }\n" + scripts::kSignal;
  const std::string hit = run("SANDPORT_EXEC=" + key +
                              " sleep 600 & child=$!\n"
                              "while ! grep -qz SANDPORT_EXEC=" +
                              key +
                              " /proc/$child/environ; do :; done\n"
                              "/bin/sh -c " +
                              shell_quote(script) + " sandport " + key +
                              " 15 0 below\n"
                              "echo $child\nkill $child");
  const auto line = hit.find('\n');
  ASSERT_NE(line, std::string::npos) << hit;
  const std::string child = hit.substr(line + 1, hit.find('\n', line + 1) - line - 1);
  EXPECT_EQ(hit.substr(0, line), "-15 " + child);
}

TEST(E2bScripts, TheAttachedCommandsExitIsNoted) {
  const auto attached = [](const std::string& command) {
    return run("/bin/sh -c " + shell_quote(scripts::kAttached) + " KEY " + command + " 2>&1");
  };
  EXPECT_EQ(attached("sh -c 'echo out; exit 7'"),
            "\x1esandport:KEY:run\x1eout\n\x1esandport:KEY:exit=7\x1e");
  EXPECT_EQ(attached("/no/such/program"), "\x1esandport:KEY:missing\x1e");
  // A shell would say "Killed" on standard error.
  EXPECT_EQ(attached("sh -c 'kill -9 $$'"),
            "\x1esandport:KEY:run\x1e\x1esandport:KEY:exit=137\x1e");
}

TEST(E2bScripts, StatOfAnOddName) {
  EXPECT_NE(run("/bin/sh -c " + shell_quote(scripts::kStat) + " sandport " +
                shell_quote(scripts::escape_path("/")) + " follow"),
            "");
}

}  // namespace
}  // namespace sandport_e2b

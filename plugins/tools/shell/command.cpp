#include "command.hpp"

#include <array>
#include <csignal>
#include <utility>

namespace shell {
namespace {

// The sandbox picks the shell itself: asking it first would cost a round trip.
constexpr const char* kPickShell =
    R"(if [ -x /bin/bash ]; then exec /bin/bash -c "$1" bash 2>&1; fi; exec /bin/sh -c "$1" sh 2>&1)";

constexpr std::array<std::pair<const char*, const char*>, 5> kQuiet{{{"GIT_TERMINAL_PROMPT", "0"},
                                                                     {"PAGER", "cat"},
                                                                     {"GIT_PAGER", "cat"},
                                                                     {"TERM", "dumb"},
                                                                     {"NO_COLOR", "1"}}};

std::string signal_name(int number) {
  constexpr std::array<std::pair<int, const char*>, 11> kNames{{{SIGHUP, "SIGHUP"},
                                                                {SIGINT, "SIGINT"},
                                                                {SIGQUIT, "SIGQUIT"},
                                                                {SIGILL, "SIGILL"},
                                                                {SIGABRT, "SIGABRT"},
                                                                {SIGBUS, "SIGBUS"},
                                                                {SIGFPE, "SIGFPE"},
                                                                {SIGKILL, "SIGKILL"},
                                                                {SIGSEGV, "SIGSEGV"},
                                                                {SIGPIPE, "SIGPIPE"},
                                                                {SIGTERM, "SIGTERM"}}};
  for (const auto& [known, name] : kNames) {
    if (known == number) return std::string(" (") + name + ")";
  }
  return {};
}

}  // namespace

sandport::ExecRequest make_request(const std::string& command, const Options& options) {
  sandport::ExecRequest request;
  request.argv = {"/bin/sh", "-c", kPickShell, "sh", command};
  for (const auto& [name, value] : kQuiet) request.env.emplace_back(name, value);
  for (const auto& [name, value] : options.env) request.env.emplace_back(name, value);
  return request;
}

std::string describe_duration(std::chrono::milliseconds duration) {
  const auto count = duration.count();
  if (count < 1000) return std::to_string(count) + " ms";
  std::string text = std::to_string(count / 1000);
  if (const auto tenths = count % 1000 / 100; tenths != 0) text += "." + std::to_string(tenths);
  return text + " s";
}

std::string describe_exit(const sandport::ExitStatus& exit, std::chrono::milliseconds timeout) {
  switch (exit.reason) {
    case sandport::ExitReason::kExited:
      return "exit code " + std::to_string(exit.exit_code);
    case sandport::ExitReason::kKilled:
      return "killed by signal " + std::to_string(exit.signal) + signal_name(exit.signal);
    case sandport::ExitReason::kTimeout:
      return "timed out" +
             (timeout.count() > 0 ? " after " + describe_duration(timeout) : std::string()) +
             "; the command and all it started were killed";
    case sandport::ExitReason::kLost:
      break;
  }
  return "ended, but the sandbox cannot tell how";
}

}  // namespace shell

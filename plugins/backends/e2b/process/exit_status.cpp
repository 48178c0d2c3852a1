#include "process/exit_status.hpp"

#include <array>
#include <charconv>
#include <csignal>
#include <nlohmann/json.hpp>
#include <utility>

#include "json_access.hpp"

namespace sandport_e2b {
namespace {

constexpr std::array<std::pair<std::string_view, int>, 16> kSignals{{
    {"hangup", 1},
    {"interrupt", 2},
    {"quit", 3},
    {"illegal instruction", 4},
    {"trace/breakpoint trap", 5},
    {"aborted", 6},
    {"bus error", 7},
    {"floating point exception", 8},
    {"killed", 9},
    {"user defined signal 1", 10},
    {"segmentation fault", 11},
    {"user defined signal 2", 12},
    {"broken pipe", 13},
    {"alarm clock", 14},
    {"terminated", 15},
    {"stack fault", 16},
}};

}  // namespace

int signal_number(std::string_view name) {
  for (const auto& [words, number] : kSignals) {
    if (name == words) return number;
  }
  if (name.starts_with("signal ")) {
    int number = 0;
    std::from_chars(name.data() + 7, name.data() + name.size(), number);
    return number;
  }
  return 0;
}

sandport::ExitStatus from_shell_code(int code) {
  sandport::ExitStatus status;
  status.exit_code = code;
  if (code > 128 && code <= 128 + SIGRTMAX) {
    status.reason = sandport::ExitReason::kKilled;
    status.signal = code - 128;
  }
  return status;
}

sandport::ExitStatus from_end_event(const nlohmann::json& end) {
  const auto code = static_cast<int>(number_of(end, "exitCode"));
  if (truth_of(end, "exited")) {
    sandport::ExitStatus status;
    status.exit_code = code;
    return status;
  }
  std::string words = text_of(end, "status");
  if (words.starts_with("signal: ")) words.erase(0, 8);
  if (const auto dumped = words.find(" (core dumped)"); dumped != std::string::npos) {
    words.resize(dumped);
  }
  if (const int number = signal_number(words); number != 0) return from_shell_code(128 + number);
  if (code > 128) return from_shell_code(code);
  sandport::ExitStatus status;
  status.reason = sandport::ExitReason::kLost;
  status.exit_code = code;
  return status;
}

}  // namespace sandport_e2b

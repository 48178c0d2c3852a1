// Options of the shell toolset, and limits for one command.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace shell {

struct Options {
  std::chrono::milliseconds timeout{120'000};      // when a call names none
  std::chrono::milliseconds max_timeout{600'000};  // the most a call may ask for
  std::size_t max_output = 30 * 1024;              // bytes shown of one command, head and tail
  std::vector<std::pair<std::string, std::string>> env;
};

// Throws std::invalid_argument.
[[nodiscard]] Options parse_options(std::string_view config);

// How long a command may run: what was asked for (zero: the default), at most max_timeout, and a
// little less than the host's own limit for the call (zero: none), so that the output is not lost.
[[nodiscard]] std::chrono::milliseconds effective_timeout(const Options& options,
                                                          std::chrono::milliseconds asked,
                                                          std::chrono::milliseconds call_limit);

}  // namespace shell

// A command line of the model as a process of the sandbox.
#pragma once

#include <sandport/exec.hpp>

#include <string>

#include "options.hpp"

namespace shell {

// Runs command in bash where the sandbox has one, else in its sh. Both outputs go to one pipe, so
// they come in the order in which they were written. Nothing that asks or pages will wait: there is
// no input and no terminal.
[[nodiscard]] sandport::ExecRequest make_request(const std::string& command,
                                                 const Options& options);

// "exit code 0", "killed by signal 9 (SIGKILL)", "timed out after 2 s; …".
[[nodiscard]] std::string describe_exit(const sandport::ExitStatus& exit,
                                        std::chrono::milliseconds timeout);

// "1.5 s", "250 ms".
[[nodiscard]] std::string describe_duration(std::chrono::milliseconds duration);

}  // namespace shell

// The whole command line: parse, run the subcommand, turn what went wrong into one line and a
// status.
#pragma once

namespace sandport {

// What main() returns.
[[nodiscard]] int run_command_line(int argc, char** argv);

}  // namespace sandport

// A new pseudo-terminal.
#pragma once

#include "process/spawn.hpp"
#include "unique_fd.hpp"

namespace sandport_local {

struct Terminal {
  UniqueFd master;
  UniqueFd slave;
};

// Throws PosixError.
[[nodiscard]] Terminal open_terminal(TerminalDimensions dimensions);
void resize_terminal(int master, TerminalDimensions dimensions);
// The character that means end of file when typed.
[[nodiscard]] char end_of_file_character(int master);

}  // namespace sandport_local

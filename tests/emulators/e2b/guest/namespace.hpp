// A user and mount namespace in which a directory is `/`.
#pragma once

#include <string>

namespace sandport::e2b_emulator::guest {

// What of this machine is shown read-write inside as it is. Entries of /etc are shown one by one.
[[nodiscard]] const char* const* shared_directories();

// Moves this process there; whoever runs it is the user `uid` inside. `root` was prepared. Nothing
// is mounted outside of the new namespace. Throws std::system_error.
void enter_root(const std::string& root, unsigned uid);

// Becomes the command; argv ends with null. When that fails it ends the process with 126 or 127 and
// a line on standard error, as a shell would.
[[noreturn]] void run_command(const std::string& directory, char** argv);

}  // namespace sandport::e2b_emulator::guest

// The small shell programs that run in the sandbox on our behalf. POSIX sh and what Linux images
// have; GNU's tail where there is one.
#pragma once

#include <string>
#include <string_view>

namespace sandport_e2b::scripts {

// Each is text for `/bin/sh -c`. $0 is a random key. They speak to us in notes, see
// note_scanner.hpp.
//
// Args: the command. Notes on stderr: run, then exit=N; or missing.
extern const std::string kAttached;
extern const std::string kAttachedWithoutInput;
// The same on a terminal, where exits are seen by envd itself. Notes on the terminal.
extern const std::string kTerminal;
// Args: directory, info JSON, seconds or 0, the command. Keeps the command's output and exit in
// the directory. Notes on stdout: pid=N; or missing, running, denied.
extern const std::string kDetached;
// Args: directory of directories, "name" or "pid", which, offset in stdout, in stderr. Brings what
// was kept, then what comes. Notes on stdout: key=K, pid=N, exit=N, exit=timeout, exit=lost; or
// gone.
extern const std::string kFollow;
// Args: directory of directories. A line for each: pid, 1 while it runs, exit, info JSON, with tabs
// between.
extern const std::string kProcesses;
// Args: key of a command, signal number, its pid or 0, "self" when that one is signalled too and
// "below" otherwise. To everything that the command started.
extern const std::string kSignal;

// Whether it is one of those that are $0 and the command of a process of the user's.
[[nodiscard]] inline bool runs_user_command(std::string_view script) {
  return script == kAttached || script == kAttachedWithoutInput || script == kTerminal;
}

// The environment variable by which a command's processes are found.
inline constexpr std::string_view kKeyVariable = "SANDPORT_EXEC";

}  // namespace sandport_e2b::scripts

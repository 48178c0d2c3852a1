// What the process's exit status says.
#pragma once

#include "core/error.hpp"

namespace sandport {

enum class ExitCode : int {
  kDone = 0,
  kFailed = 1,
  kUsage = 2,       // wrong command line or manifest
  kStopped = 3,     // by a policy or a limit
  kTemporary = 75,  // sysexits.h's EX_TEMPFAIL: the same call may work later
  kInterrupted = 130,
};

[[nodiscard]] ExitCode exit_code_for(const Error& error);

// What is left of `code` when the end of the sandbox then failed: an end that was asked for, or
// that went wrong, stays what it was.
[[nodiscard]] ExitCode after_failed_cleanup(ExitCode code, const Error& error);

}  // namespace sandport

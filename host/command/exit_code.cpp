#include "host/command/exit_code.hpp"

namespace sandport {

ExitCode exit_code_for(const Error& error) {
  if (error.retryable()) return ExitCode::kTemporary;
  switch (error.code()) {
    case Code::kInvalidArgument:
      return ExitCode::kUsage;
    case Code::kCancelled:
      return ExitCode::kInterrupted;
    case Code::kUnavailable:
    case Code::kDeadlineExceeded:
      return ExitCode::kTemporary;
    default:
      return ExitCode::kFailed;
  }
}

ExitCode after_failed_cleanup(ExitCode code, const Error& error) {
  if (code != ExitCode::kDone) return code;
  return error.code() == Code::kCancelled ? ExitCode::kInterrupted : ExitCode::kFailed;
}

}  // namespace sandport

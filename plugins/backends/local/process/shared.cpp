#include "process/shared.hpp"

#include <sandport/errno_error.hpp>

#include "posix_error.hpp"

namespace sandport_local {

void throw_start_failure(const Message& message, const std::string& argv0, const std::string& cwd) {
  switch (static_cast<Stage>(message.a)) {
    case Stage::kDirectory:
      throw sandport::errno_error(message.b, "cannot start a command in '" + printable(cwd) + "'");
    case Stage::kExecute:
      throw sandport::errno_error(message.b, "cannot run '" + printable(argv0) + "'");
    case Stage::kIdentity:
      throw sandport::errno_error(message.b, "cannot run a command as another user");
    case Stage::kSystem:
      break;
  }
  throw sandport::errno_error(message.b, "cannot start a process");
}

}  // namespace sandport_local

// Starting a command inside an emulated sandbox.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "tests/emulators/e2b/core/call.hpp"
#include "tests/emulators/e2b/envd/guest_user.hpp"

namespace sandport::e2b_emulator {

// StartRequest's message. The process is in the sandbox's table; its pump has not been started.
// Throws ConnectFailure kInvalidArgument when the working directory is missing.
[[nodiscard]] Task<std::shared_ptr<RunningProcess>> start_guest_process(
    World& world, std::shared_ptr<EmulatedSandbox> sandbox, const nlohmann::json& request,
    const GuestUser& user);

}  // namespace sandport::e2b_emulator

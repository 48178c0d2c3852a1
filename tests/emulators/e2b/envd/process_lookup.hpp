// The process that a request's selector names.
#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>

#include "tests/emulators/e2b/core/emulated_sandbox.hpp"

namespace sandport::e2b_emulator {

enum class Ended { kNot, kToo };

// Throws ConnectFailure kNotFound, kUnimplemented without a selector.
[[nodiscard]] std::shared_ptr<RunningProcess> find_selected(EmulatedSandbox& sandbox,
                                                            const nlohmann::json& request,
                                                            Ended ended);

}  // namespace sandport::e2b_emulator

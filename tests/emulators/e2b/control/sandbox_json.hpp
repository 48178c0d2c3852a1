// A sandbox as the control API tells of it.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "tests/emulators/e2b/core/emulated_sandbox.hpp"

namespace sandport::e2b_emulator {

// What create, connect and resume answer.
[[nodiscard]] nlohmann::json sandbox_json(const EmulatedSandbox& sandbox);
[[nodiscard]] nlohmann::json listed_json(const EmulatedSandbox& sandbox);
[[nodiscard]] nlohmann::json detail_json(const EmulatedSandbox& sandbox);

}  // namespace sandport::e2b_emulator

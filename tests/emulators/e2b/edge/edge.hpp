// The proxy in front of all sandboxes: finds the one that a request is for, or says what became of
// it.
#pragma once

#include "tests/emulators/e2b/core/call.hpp"

namespace sandport::e2b_emulator {

// Whether the request is for a sandbox rather than for the control API; both share one port.
[[nodiscard]] bool is_for_sandbox(const Call& call);
// Answers it, with envd's routes or whatever listens on the port it names.
[[nodiscard]] Task<void> serve_edge(Call& call, const Routes& envd);

}  // namespace sandport::e2b_emulator

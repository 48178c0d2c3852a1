// Requests to what a user runs in a sandbox.
#pragma once

#include "tests/emulators/e2b/core/call.hpp"

namespace sandport::e2b_emulator {

// Passes the request on to the port on 127.0.0.1, and the answer back, byte by byte; then the
// connection ends. False, and nothing has been answered, when nobody listens there.
[[nodiscard]] Task<bool> proxy_to_port(Call& call, std::uint16_t port);

}  // namespace sandport::e2b_emulator

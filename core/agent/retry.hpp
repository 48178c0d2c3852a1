// Decides whether a failed model call is made again, and when.
#pragma once

#include <chrono>
#include <cstdint>

#include "core/agent/limits.hpp"
#include "core/error.hpp"

namespace sandport {

// The reason() of a reply without text and calls.
inline constexpr const char* kEmptyReply = "EMPTY_REPLY";

// A model call has no effect but its reply, so a call whose outcome is unknown is retried too.
[[nodiscard]] bool is_worth_retrying(const Error& error);

// The wait after failed attempt number `attempt` (from 1): exponential, times something from ½ to 1
// that `random` (in [0, 1)) picks; never less than what the service asked for.
[[nodiscard]] std::chrono::milliseconds retry_wait(const RetryLimits& limits, std::uint32_t attempt,
                                                   std::chrono::milliseconds asked, double random);

}  // namespace sandport

// When and after what pause a request is made again.
#pragma once

#include <chrono>
#include <sandport/host.hpp>
#include <sandport/task.hpp>

#include "error_table.hpp"
#include "options.hpp"

namespace sandport_e2b {

// attempt: from 0, the one that has just failed.
[[nodiscard]] bool should_retry(const Options& options, const sandport::Error& error, Repeat repeat,
                                int attempt);

// The service's wish, else a pause that doubles. noise: any number, for the jitter.
[[nodiscard]] std::chrono::milliseconds retry_delay(const sandport::Error& error, int attempt,
                                                    std::uint64_t noise);

// Waits so long. Throws Cancelled.
[[nodiscard]] sandport::Task<void> back_off(sandport::Host host, std::chrono::milliseconds delay);
[[nodiscard]] sandport::Task<void> back_off(sandport::Host host, const sandport::Error& error,
                                            int attempt);

}  // namespace sandport_e2b

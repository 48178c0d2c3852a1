#include "core/agent/retry.hpp"

#include <algorithm>
#include <cmath>

namespace sandport {

bool is_worth_retrying(const Error& error) {
  return error.retryable() || error.code() == Code::kUnavailable ||
         error.code() == Code::kDeadlineExceeded || error.code() == Code::kInterrupted ||
         error.reason() == kEmptyReply;
}

std::chrono::milliseconds retry_wait(const RetryLimits& limits, std::uint32_t attempt,
                                     std::chrono::milliseconds asked, double random) {
  const double doubled = std::ldexp(static_cast<double>(limits.first_wait.count()),
                                    static_cast<int>(std::min(attempt, 60U)) - 1);
  const double longest = static_cast<double>(limits.longest_wait.count());
  const double wait = std::min(doubled, longest) * (0.5 + random / 2);
  return std::max(asked, std::chrono::milliseconds(static_cast<std::int64_t>(wait)));
}

}  // namespace sandport

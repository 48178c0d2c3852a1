#include "retry.hpp"

#include <algorithm>

namespace sandport_e2b {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kFirst{200};
constexpr milliseconds kMost{5000};
constexpr milliseconds kLongestWish{60000};

}  // namespace

bool should_retry(const Options& options, const sandport::Error& error, Repeat repeat,
                  int attempt) {
  if (attempt >= options.retries || !may_retry(error, repeat)) return false;
  const auto patience =
      options.request_timeout.count() > 0 ? options.request_timeout : kLongestWish;
  return error.retry_after() <= patience;
}

milliseconds retry_delay(const sandport::Error& error, int attempt, std::uint64_t noise) {
  if (error.retry_after().count() > 0) return error.retry_after();
  const auto doubled = kFirst * (1 << std::min(attempt, 10));
  const auto base = std::min(doubled, kMost);
  // From half of it to all of it: those that failed together do not come back together.
  const auto half = static_cast<std::uint64_t>(base.count()) / 2;
  return milliseconds(static_cast<std::int64_t>(half + noise % (half + 1)));
}

sandport::Task<void> back_off(sandport::Host host, milliseconds delay) {
  return sandport::sleep_for(host, delay);
}

sandport::Task<void> back_off(sandport::Host host, const sandport::Error& error, int attempt) {
  const auto noise = static_cast<std::uint64_t>(host.monotonic_now().count()) / 1000;
  return sandport::sleep_for(host, retry_delay(error, attempt, noise));
}

}  // namespace sandport_e2b

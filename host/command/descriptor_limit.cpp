#include "host/command/descriptor_limit.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>

#include "host/command/run_options.hpp"

namespace sandport {
namespace {

constexpr rlim_t kOurOwn = 64;
constexpr rlim_t kWaitingSession = 1;  // its model's connection
constexpr rlim_t kBusySession = 8;     // and the pipes of a command

}  // namespace

void make_room_for_sessions(std::size_t sessions) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  const rlim_t wanted = kOurOwn + sessions * kBusySession;
  if (limit.rlim_cur < wanted && limit.rlim_cur < limit.rlim_max) {
    limit.rlim_cur = std::min(wanted, limit.rlim_max);
    setrlimit(RLIMIT_NOFILE, &limit);
  }
  if (limit.rlim_max >= kOurOwn + sessions * kWaitingSession) return;
  tell(
      fmt::format("{} sessions at once may need more than the {} files that this process may "
                  "open; should some fail for that, lower --concurrency or raise the hard limit "
                  "(`ulimit -Hn`)",
                  sessions, limit.rlim_max));
}

}  // namespace sandport

#include <chrono>

#include "host/engine/services/tables.hpp"

namespace sandport::services {
namespace {

template <typename SystemClock>
std::int64_t now_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(SystemClock::now().time_since_epoch())
      .count();
}

}  // namespace

Clock::Clock()
    : sp_clock{sizeof(sp_clock),
               [](const sp_clock*) {
                 return static_cast<std::uint64_t>(now_ns<std::chrono::steady_clock>());
               },
               [](const sp_clock*) { return now_ns<std::chrono::system_clock>(); }} {}

}  // namespace sandport::services

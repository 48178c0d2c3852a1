#include <algorithm>
#include <chrono>
#include <limits>
#include <memory>

#include "core/error.hpp"
#include "host/engine/engine.hpp"
#include "host/engine/services/flow.hpp"
#include "host/engine/services/tables.hpp"
#include "host/engine/sleep.hpp"
#include "host/plugin/adapt/status.hpp"

namespace sandport::services {
namespace {

boost::asio::awaitable<std::string> sleep_out(std::chrono::steady_clock::time_point deadline) {
  co_await sleep_until(deadline);
  co_return std::string();
}

sp_code start(const sp_timer* self, std::uint64_t delay_ns, sp_sink* sink, sp_op** out_op,
              sp_error* error) noexcept {
  try {
    const Engine& engine = static_cast<const Timer*>(self)->engine;
    // A plugin's "forever" must not wrap around.
    constexpr std::uint64_t kLongest = std::numeric_limits<std::int64_t>::max() / 4;
    const auto deadline =
        std::chrono::steady_clock::now() + std::chrono::nanoseconds(std::min(delay_ns, kLongest));
    Flow::launch(engine.make_strand(), engine.stopping(), sink, out_op,
                 [deadline](const std::shared_ptr<Flow>&) { return sleep_out(deadline); });
    return SP_OK;
  } catch (...) {
    return adapt::refuse(error, adapt::to_error(std::current_exception()));
  }
}

}  // namespace

Timer::Timer(Engine& shared) : sp_timer{sizeof(sp_timer), &services::start}, engine(shared) {}

}  // namespace sandport::services

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <limits>
#include <memory>

#include "core/error.hpp"
#include "host/engine/engine.hpp"
#include "host/engine/services/tables.hpp"
#include "host/plugin/adapt/status.hpp"

namespace sandport::services {
namespace {

// Shared by the op, which the plugin releases, and the wait, which ends on the strand.
struct Wait {
  explicit Wait(Strand on) : strand(std::move(on)), timer(strand) {}
  Strand strand;
  boost::asio::steady_timer timer;
};

struct TimerOp : sp_op {
  explicit TimerOp(std::shared_ptr<Wait> shared)
      : sp_op{sizeof(sp_op), &TimerOp::cancel_op, [](sp_op*) {}, &TimerOp::release_op},
        wait(std::move(shared)) {}

  static void cancel_op(sp_op* self) {
    auto wait = static_cast<TimerOp*>(self)->wait;
    boost::asio::post(wait->strand, [wait] { wait->timer.cancel(); });
  }
  static void release_op(sp_op* self) {
    const std::unique_ptr<TimerOp> freed(static_cast<TimerOp*>(self));
  }

  std::shared_ptr<Wait> wait;
};

sp_code start(const sp_timer* self, std::uint64_t delay_ns, sp_sink* sink, sp_op** out_op,
              sp_error* error) noexcept {
  try {
    auto wait = std::make_shared<Wait>(static_cast<const Timer*>(self)->engine.make_strand());
    // A plugin's "forever" must not wrap around.
    constexpr std::uint64_t kLongest = std::numeric_limits<std::int64_t>::max() / 4;
    wait->timer.expires_after(std::chrono::nanoseconds(std::min(delay_ns, kLongest)));
    *out_op = std::make_unique<TimerOp>(wait).release();
    // Waiting begins on the strand, so that a cancel, which goes there too, always comes after it.
    boost::asio::post(wait->strand, [wait, sink] {
      wait->timer.async_wait([wait, sink](boost::system::error_code failure) {
        const sp_status status{sizeof(sp_status), failure ? SP_CANCELLED : SP_OK, {}, {}, 0, 0};
        sink->done(sink, &status, sp_bytes{nullptr, 0});
      });
    });
    return SP_OK;
  } catch (...) {
    return adapt::refuse(error, adapt::to_error(std::current_exception()));
  }
}

}  // namespace

Timer::Timer(Engine& shared) : sp_timer{sizeof(sp_timer), &services::start}, engine(shared) {}

}  // namespace sandport::services

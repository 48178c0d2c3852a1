#include "core/agent/wakeup.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace sandport {
namespace asio = boost::asio;

Wakeup::Wakeup(const asio::any_io_executor& executor, Clock& clock)
    : clock_(clock), timer_(executor) {}

void Wakeup::notify() {
  notified_ = true;
  timer_.cancel();
}

Task<void> Wakeup::wait(Clock::TimePoint deadline) {
  if (!notified_ && clock_.now() < deadline) {
    clock_.arm(timer_, deadline);
    boost::system::error_code ignored;
    co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    clock_.disarm(timer_);
  }
  notified_ = false;
}

}  // namespace sandport

#include "host/engine/strand_event.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "host/engine/cancelled.hpp"

namespace sandport {
namespace asio = boost::asio;

StrandEvent::StrandEvent(const Strand& strand)
    : timer_(strand, asio::steady_timer::time_point::max()) {}

asio::awaitable<void> StrandEvent::wait() {
  co_await timer_.async_wait(asio::as_tuple(asio::use_awaitable));
  const auto state = co_await asio::this_coro::cancellation_state;
  if (state.cancelled() != asio::cancellation_type::none) throw cancelled_error();
}

void StrandEvent::notify() { timer_.cancel(); }

}  // namespace sandport

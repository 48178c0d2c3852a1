#include "host/engine/sleep.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "host/engine/cancelled.hpp"

namespace sandport {
namespace asio = boost::asio;

asio::awaitable<void> sleep_until(std::chrono::steady_clock::time_point deadline) {
  asio::steady_timer timer(co_await asio::this_coro::executor, deadline);
  const auto [failure] = co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
  if (failure) throw cancelled_error();
}

asio::awaitable<void> sleep_for(std::chrono::milliseconds duration) {
  co_await sleep_until(std::chrono::steady_clock::now() + duration);
}

}  // namespace sandport

#include "tests/emulators/e2b/core/event.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace sandport::e2b_emulator {
namespace asio = boost::asio;

Event::Event(const asio::any_io_executor& executor) : executor_(executor) {}

void Event::notify() {
  // A timer that has fired already takes no notice, and need not.
  for (asio::steady_timer* timer : waiting_) timer->cancel();
}

Task<void> Event::wait() { return wait_until(std::chrono::steady_clock::time_point::max()); }

Task<void> Event::wait_until(std::chrono::steady_clock::time_point deadline) {
  asio::steady_timer timer(executor_, deadline);
  struct Listed {
    Listed(std::vector<asio::steady_timer*>& in, asio::steady_timer* one) : list(in), timer(one) {
      list.push_back(timer);
    }
    ~Listed() { std::erase(list, timer); }
    Listed(const Listed&) = delete;
    Listed& operator=(const Listed&) = delete;
    std::vector<asio::steady_timer*>& list;
    asio::steady_timer* timer;
  };
  const Listed listed(waiting_, &timer);
  co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
}

}  // namespace sandport::e2b_emulator

// Waits for a time of the steady clock, cancellably.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>

namespace sandport {

// Throws Error kCancelled when the waiting coroutine is cancelled.
boost::asio::awaitable<void> sleep_until(std::chrono::steady_clock::time_point deadline);
boost::asio::awaitable<void> sleep_for(std::chrono::milliseconds duration);

}  // namespace sandport

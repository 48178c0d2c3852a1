// Cleaning up inside a coroutine that may have been cancelled already.
#pragma once

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <utility>

#include "core/task.hpp"

namespace sandport::adapt {

// Awaits work to its end, whether or not the calling coroutine is cancelled before or meanwhile;
// the caller notices its cancellation at its next wait.
inline Task<void> shielded(Task<void> work) {
  namespace asio = boost::asio;
  const auto executor = co_await asio::this_coro::executor;
  const bool throws = co_await asio::this_coro::throw_if_cancelled();
  co_await asio::this_coro::throw_if_cancelled(false);
  std::exception_ptr failure;
  try {
    co_await asio::co_spawn(
        executor, std::move(work),
        asio::bind_cancellation_slot(asio::cancellation_slot{}, asio::use_awaitable));
  } catch (...) {
    failure = std::current_exception();
  }
  co_await asio::this_coro::throw_if_cancelled(throws);
  if (failure) std::rethrow_exception(failure);
}

}  // namespace sandport::adapt

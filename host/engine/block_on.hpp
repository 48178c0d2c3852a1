// Starts coroutines of the engine from a plain thread, such as main() or a test, and waits for
// them.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <future>
#include <memory>
#include <type_traits>
#include <utility>

#include "host/engine/engine.hpp"

namespace sandport {
namespace detail {

template <typename T>
boost::asio::awaitable<void> fulfil(boost::asio::awaitable<T> work,
                                    std::shared_ptr<std::promise<T>> promise) {
  try {
    if constexpr (std::is_void_v<T>) {
      co_await std::move(work);
      promise->set_value();
    } else {
      promise->set_value(co_await std::move(work));
    }
  } catch (...) {
    promise->set_exception(std::current_exception());
  }
}

}  // namespace detail

// Runs `work` on a strand of its own. Engine::stop() waits for it but does not cancel it.
template <typename T>
[[nodiscard]] std::future<T> start(const Engine& engine, boost::asio::awaitable<T> work) {
  auto promise = std::make_shared<std::promise<T>>();
  auto result = promise->get_future();
  boost::asio::co_spawn(engine.make_strand(),
                        detail::fulfil<T>(std::move(work), std::move(promise)),
                        boost::asio::detached);
  return result;
}

// Returns what `work` returns, or throws what it throws. Never call it on a thread of the engine.
template <typename T>
T block_on(const Engine& engine, boost::asio::awaitable<T> work) {
  return start(engine, std::move(work)).get();
}

}  // namespace sandport

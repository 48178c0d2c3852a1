// A bounded set of threads for work that blocks, so that the engine's threads never do.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace sandport {

// Every member may be called from any thread; stop() not from a thread of the pool. It must end
// before the engine is destroyed, since what it finishes is delivered there.
class BlockingPool {
 public:
  struct Options {
    std::size_t max_threads = 64;  // started one by one, when all others are busy
    std::size_t queue_limit =
        65536;  // work that waits for a thread; what run() adds is not counted
  };

  BlockingPool();
  explicit BlockingPool(Options options);
  ~BlockingPool();
  BlockingPool(const BlockingPool&) = delete;
  BlockingPool& operator=(const BlockingPool&) = delete;

  // Queues `work`, which must not throw. Throws Error kResourceExhausted (retryable) when the queue
  // is full and kUnavailable after stop() has begun.
  void submit(std::function<void()> work);

  // Calls `function` on a thread of the pool and returns what it returns or throws what it throws.
  // Cancelling takes it out of the queue, with Error kCancelled; once it runs, it is waited for, so
  // what it refers to stays alive as long as the caller's frame does.
  template <typename Function>
  boost::asio::awaitable<std::invoke_result_t<Function&>> run(Function function) {
    using Result = std::invoke_result_t<Function&>;
    if constexpr (std::is_void_v<Result>) {
      co_await run_erased(std::move(function));
    } else {
      auto result = std::make_shared<std::optional<Result>>();
      // Named: g++ 12 destroys captures twice when a lambda that owns something stands in an
      // awaited expression.
      std::function<void()> work = [result, function = std::move(function)]() mutable {
        result->emplace(function());
      };
      co_await run_erased(std::move(work));
      co_return std::move(**result);
    }
  }

  // Refuses new work, finishes what is queued, joins the threads.
  void stop();

  [[nodiscard]] std::size_t thread_count() const;

 private:
  boost::asio::awaitable<void> run_erased(std::function<void()> work);

  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sandport

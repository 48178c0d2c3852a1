// What the coroutines of one operation share: cancellation, and the count of what still runs.
#pragma once

#include <atomic>
#include <coroutine>
#include <cstddef>
#include <stop_token>
#include <utility>

// Keeps a compiler from inlining await_suspend, after which the coroutine's frame may be gone: some
// compilers would otherwise keep its locals in that frame.
#define SANDPORT_DETAIL_NOINLINE [[gnu::noinline]]

namespace sandport {
inline namespace v1 {
namespace detail {

// Counts what runs on behalf of one coroutine, which may wait for all of it. It starts at one: the
// waiting coroutine itself.
class Pending {
 public:
  void add() noexcept { count_.fetch_add(1, std::memory_order_relaxed); }

  // May resume the waiting coroutine before it returns; touches nothing of this object then.
  void finished() noexcept {
    if (count_.fetch_sub(1, std::memory_order_acq_rel) == 1) waiter_.resume();
  }

  // Awaited once, by the coroutine that owns this.
  [[nodiscard]] auto all_finished() noexcept {
    struct Awaiter {
      Pending& pending;
      [[nodiscard]] bool await_ready() const noexcept { return false; }
      SANDPORT_DETAIL_NOINLINE bool await_suspend(std::coroutine_handle<> waiter) noexcept {
        pending.waiter_ = waiter;
        return pending.count_.fetch_sub(1, std::memory_order_acq_rel) != 1;
      }
      void await_resume() const noexcept {}
    };
    return Awaiter{*this};
  }

 private:
  std::atomic<std::size_t> count_{1};
  std::coroutine_handle<> waiter_;
};

// Inherited by each Task from the coroutine that awaits it.
struct Context {
  std::stop_token stop;
  Pending* pending = nullptr;  // of the root
};

struct PromiseBase {
  Context* context = nullptr;
};

}  // namespace detail
}  // namespace v1
}  // namespace sandport

// Where at most one coroutine waits to be woken: by a signal, and if it likes by cancellation.
#pragma once

#include <sandport/detail/context.hpp>

#include <atomic>
#include <concepts>
#include <coroutine>
#include <deque>
#include <mutex>
#include <optional>
#include <stop_token>

namespace sandport {
inline namespace v1 {
namespace detail {

// A wake-up may be spurious: the waiting side looks at its condition again, in a loop of
//   reset(); look; co_await wait();
class Wakeup {
 public:
  // Any thread. May run the waiting coroutine before it returns.
  void signal() noexcept {
    void* old = state_.exchange(this, std::memory_order_acq_rel);
    if (old != nullptr && old != this) std::coroutine_handle<>::from_address(old).resume();
  }

  // Only by the waiting side, while it does not wait.
  void reset() noexcept { state_.store(nullptr, std::memory_order_release); }

  enum class Wakes { kOnSignal, kOnSignalOrStop };

  [[nodiscard]] auto wait(Wakes wakes) noexcept { return Awaiter{*this, wakes}; }

 private:
  struct Signal {
    Wakeup* wakeup;
    void operator()() const noexcept { wakeup->signal(); }
  };

  class Awaiter {
   public:
    Awaiter(Wakeup& wakeup, Wakes wakes) noexcept : wakeup_(wakeup), wakes_(wakes) {}

    [[nodiscard]] bool await_ready() const noexcept {
      return wakeup_.state_.load(std::memory_order_acquire) == &wakeup_;
    }
    template <std::derived_from<PromiseBase> Promise>
    SANDPORT_DETAIL_NOINLINE bool await_suspend(std::coroutine_handle<Promise> handle) {
      // Registered first: from the moment the handle is visible, this frame may be gone.
      if (wakes_ == Wakes::kOnSignalOrStop) {
        on_stop_.emplace(handle.promise().context->stop, Signal{&wakeup_});
      }
      void* expected = nullptr;
      return wakeup_.state_.compare_exchange_strong(expected, handle.address(),
                                                    std::memory_order_acq_rel);
    }
    void await_resume() noexcept { on_stop_.reset(); }

   private:
    Wakeup& wakeup_;
    Wakes wakes_;
    std::optional<std::stop_callback<Signal>> on_stop_;
  };

  std::atomic<void*> state_{nullptr};  // this: signalled; else who waits
};

// One coroutine at a time, first come first served.
class AsyncLock {
 public:
  [[nodiscard]] auto acquire() noexcept {
    struct Awaiter {
      AsyncLock& lock;
      [[nodiscard]] bool await_ready() const noexcept { return false; }
      SANDPORT_DETAIL_NOINLINE bool await_suspend(std::coroutine_handle<> handle) {
        const std::lock_guard guard{lock.mutex_};
        if (!lock.held_) {
          lock.held_ = true;
          return false;
        }
        lock.waiting_.push_back(handle);
        return true;
      }
      void await_resume() const noexcept {}
    };
    return Awaiter{*this};
  }

  // May run the next holder before it returns.
  void release() noexcept {
    std::coroutine_handle<> next;
    {
      const std::lock_guard guard{mutex_};
      if (waiting_.empty()) {
        held_ = false;
        return;
      }
      next = waiting_.front();
      waiting_.pop_front();
    }
    next.resume();
  }

 private:
  std::mutex mutex_;
  bool held_ = false;
  std::deque<std::coroutine_handle<>> waiting_;
};

}  // namespace detail
}  // namespace v1
}  // namespace sandport

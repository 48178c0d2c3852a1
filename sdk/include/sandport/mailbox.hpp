// Ways from any thread into a coroutine: one value (OneShot), or many in order (Mailbox).
#pragma once

#include <sandport/detail/wakeup.hpp>
#include <sandport/error.hpp>
#include <sandport/task.hpp>

#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

namespace sandport {
inline namespace v1 {

// Copies share one queue. push, fail and close from any thread; one coroutine reads. A push may run
// the reader before it returns, so hold no lock around it.
template <class T>
class Mailbox {
 public:
  void push(T value) {
    {
      const std::lock_guard lock{state_->mutex};
      if (state_->closed) return;
      state_->items.push_back(std::move(value));
    }
    wake();
  }

  // No more comes: next() brings what is left, then nothing.
  void close() { end(nullptr); }
  // The same, but next() then throws `failure`.
  void fail(std::exception_ptr failure) { end(std::move(failure)); }

  // The next value, or nothing after close. Throws Cancelled.
  [[nodiscard]] Task<std::optional<T>> next() { return next(state_); }

  // What is there already.
  [[nodiscard]] std::optional<T> try_next() {
    const std::lock_guard lock{state_->mutex};
    return state_->pop();
  }

 private:
  struct State {
    std::mutex mutex;
    std::deque<T> items;
    bool closed = false;
    std::exception_ptr failure;
    detail::Wakeup wakeup;

    std::optional<T> pop() {
      if (items.empty()) return std::nullopt;
      std::optional<T> item{std::move(items.front())};
      items.pop_front();
      return item;
    }
  };

  static Task<std::optional<T>> next(std::shared_ptr<State> state) {
    while (true) {
      state->wakeup.reset();
      {
        const std::lock_guard lock{state->mutex};
        if (auto item = state->pop()) co_return item;
        if (state->failure) std::rethrow_exception(state->failure);
        if (state->closed) co_return std::nullopt;
      }
      co_await check_cancelled();
      co_await state->wakeup.wait(detail::Wakeup::Wakes::kOnSignalOrStop);
    }
  }

  void end(std::exception_ptr failure) {
    {
      const std::lock_guard lock{state_->mutex};
      if (state_->closed) return;
      state_->closed = true;
      state_->failure = std::move(failure);
    }
    wake();
  }

  void wake() {
    auto alive = state_;
    alive->wakeup.signal();
  }

  std::shared_ptr<State> state_ = std::make_shared<State>();
};

// One value or failure; the first one counts. Copies share it.
template <class T>
class OneShot {
 public:
  void set(T value) {
    mailbox_.push(std::move(value));
    mailbox_.close();
  }
  void fail(std::exception_ptr failure) { mailbox_.fail(std::move(failure)); }

  // Awaited once. Throws Cancelled.
  [[nodiscard]] Task<T> get() { return get(mailbox_); }

 private:
  static Task<T> get(Mailbox<T> mailbox) {
    auto value = co_await mailbox.next();
    if (!value) throw Error(SP_INTERNAL, "a value was promised and never came");
    co_return std::move(*value);
  }
  Mailbox<T> mailbox_;
};

}  // namespace v1
}  // namespace sandport

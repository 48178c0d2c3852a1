// Task<T>: a lazy coroutine. It starts when it is awaited, on the awaiting thread, and goes on on
// whichever thread completes what it awaits.
#pragma once

#include <sandport/detail/context.hpp>
#include <sandport/error.hpp>

#include <atomic>
#include <concepts>
#include <coroutine>
#include <exception>
#include <optional>
#include <stop_token>
#include <type_traits>
#include <utility>
#include <variant>

namespace sandport {
inline namespace v1 {

template <class T = void>
class Task;

namespace detail {

// Ends a Task. Its awaiter goes on only once both the Task has ended and the awaiter has finished
// suspending; whoever comes second continues, so that a loop over Tasks that end at once needs no
// stack.
struct FinalAwaiter {
  [[nodiscard]] bool await_ready() const noexcept { return false; }
  template <class Promise>
  SANDPORT_DETAIL_NOINLINE void await_suspend(std::coroutine_handle<Promise> handle) noexcept {
    auto continuation = handle.promise().continuation;
    if (handle.promise().met.exchange(true, std::memory_order_acq_rel)) continuation.resume();
  }
  void await_resume() const noexcept {}
};

struct TaskPromiseBase : PromiseBase {
  std::coroutine_handle<> continuation;
  std::atomic<bool> met{false};

  [[nodiscard]] std::suspend_always initial_suspend() const noexcept { return {}; }
  [[nodiscard]] FinalAwaiter final_suspend() const noexcept { return {}; }
};

template <class T>
struct TaskPromise : TaskPromiseBase {
  std::variant<std::monostate, T, std::exception_ptr> outcome;

  Task<T> get_return_object() noexcept;
  void unhandled_exception() noexcept { outcome.template emplace<2>(std::current_exception()); }
  template <class U>
  requires std::constructible_from<T, U&&>
  void return_value(U&& value) { outcome.template emplace<1>(std::forward<U>(value)); }
  T take() {
    if (outcome.index() == 2) std::rethrow_exception(std::get<2>(outcome));
    return std::move(std::get<1>(outcome));
  }
};

template <>
struct TaskPromise<void> : TaskPromiseBase {
  std::exception_ptr failure;

  Task<void> get_return_object() noexcept;
  void unhandled_exception() noexcept { failure = std::current_exception(); }
  void return_void() const noexcept {}
  void take() const {
    if (failure) std::rethrow_exception(failure);
  }
};

}  // namespace detail

template <class T>
class [[nodiscard]] Task {
 public:
  using promise_type = detail::TaskPromise<T>;
  using Value = T;

  Task() noexcept = default;
  explicit Task(std::coroutine_handle<promise_type> handle) noexcept : handle_(handle) {}
  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Task& operator=(Task&& other) noexcept {
    if (this != &other) {
      reset();
      handle_ = std::exchange(other.handle_, nullptr);
    }
    return *this;
  }
  Task(const Task&) = delete;
  Task& operator=(const Task&) = delete;
  ~Task() { reset(); }

  // Destroys the coroutine: before it was awaited, or after it ended.
  void reset() noexcept {
    if (handle_) std::exchange(handle_, nullptr).destroy();
  }

  [[nodiscard]] auto operator co_await() && noexcept { return Awaiter{handle_}; }
  [[nodiscard]] auto operator co_await() & noexcept { return Awaiter{handle_}; }

 private:
  struct Awaiter {
    std::coroutine_handle<promise_type> handle;

    [[nodiscard]] bool await_ready() const noexcept { return false; }
    template <std::derived_from<detail::PromiseBase> Promise>
    SANDPORT_DETAIL_NOINLINE bool await_suspend(std::coroutine_handle<Promise> parent) noexcept {
      auto child = handle;
      child.promise().continuation = parent;
      child.promise().context = parent.promise().context;
      child.resume();
      return !child.promise().met.exchange(true, std::memory_order_acq_rel);
    }
    T await_resume() { return handle.promise().take(); }
  };

  std::coroutine_handle<promise_type> handle_;
};

namespace detail {

template <class T>
Task<T> TaskPromise<T>::get_return_object() noexcept {
  return Task<T>{std::coroutine_handle<TaskPromise<T>>::from_promise(*this)};
}

inline Task<void> TaskPromise<void>::get_return_object() noexcept {
  return Task<void>{std::coroutine_handle<TaskPromise<void>>::from_promise(*this)};
}

// A root: nobody awaits it, it frees itself. Nothing may be thrown out of it.
class Detached {
 public:
  struct promise_type : PromiseBase {
    Detached get_return_object() noexcept {
      return Detached{std::coroutine_handle<promise_type>::from_promise(*this)};
    }
    [[nodiscard]] std::suspend_always initial_suspend() const noexcept { return {}; }
    [[nodiscard]] std::suspend_never final_suspend() const noexcept { return {}; }
    void return_void() const noexcept {}
    [[noreturn]] void unhandled_exception() const noexcept { std::terminate(); }
  };

  // `context` outlives the coroutine's last await.
  void start(Context& context) && noexcept {
    handle_.promise().context = &context;
    std::exchange(handle_, nullptr).resume();
  }

  Detached(Detached&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Detached& operator=(Detached&&) = delete;
  ~Detached() {
    if (handle_) handle_.destroy();
  }

 private:
  explicit Detached(std::coroutine_handle<promise_type> handle) noexcept : handle_(handle) {}
  std::coroutine_handle<promise_type> handle_;
};

// `void` as a value.
template <class T>
using Regular = std::conditional_t<std::is_void_v<T>, std::monostate, T>;

template <class T>
struct Outcome {
  std::optional<Regular<T>> value;
  std::exception_ptr failure;

  T take() {
    if (failure) std::rethrow_exception(failure);
    if constexpr (!std::is_void_v<T>) return std::move(*value);
  }
};

// Awaits `task` and keeps what came of it; the task's own frame is gone afterwards.
template <class T>
Task<void> settle(Task<T> task, Outcome<T>& outcome) {
  try {
    if constexpr (std::is_void_v<T>) {
      co_await task;
      outcome.value.emplace();
    } else {
      outcome.value.emplace(co_await task);
    }
  } catch (...) {
    outcome.failure = std::current_exception();
  }
  task.reset();
}

// Hands the awaiting coroutine its context without suspending it.
struct ContextAwaiter {
  Context* context = nullptr;
  [[nodiscard]] bool await_ready() const noexcept { return false; }
  template <std::derived_from<PromiseBase> Promise>
  bool await_suspend(std::coroutine_handle<Promise> handle) noexcept {
    context = handle.promise().context;
    return false;
  }
  [[nodiscard]] Context& await_resume() const noexcept { return *context; }
};

}  // namespace detail

// `co_await stop_token()`: the token of the operation that the coroutine works for.
[[nodiscard]] inline Task<std::stop_token> stop_token() {
  const auto& context = co_await detail::ContextAwaiter{};
  co_return context.stop;
}

// `co_await check_cancelled()`: throws Cancelled when the operation was asked to end.
[[nodiscard]] inline Task<void> check_cancelled() {
  // g++ 12 miscompiles a co_await of a temporary within a condition.
  const auto& context = co_await detail::ContextAwaiter{};
  if (context.stop.stop_requested()) throw Cancelled{};
}

}  // namespace v1
}  // namespace sandport

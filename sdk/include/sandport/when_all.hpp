// Tasks beside and within each other: join, shield from cancellation, wait on a thread that blocks.
#pragma once

#include <sandport/task.hpp>

#include <condition_variable>
#include <cstddef>
#include <initializer_list>
#include <mutex>
#include <stop_token>
#include <tuple>
#include <utility>
#include <vector>

namespace sandport {
inline namespace v1 {
namespace detail {

// A stop source of its own that also hears its parent's.
class LinkedStop {
 public:
  explicit LinkedStop(const std::stop_token& parent) : link_(parent, Forward{source_}) {}
  [[nodiscard]] std::stop_token token() const noexcept { return source_.get_token(); }
  void request_stop() noexcept {
    auto source = source_;  // survives this object, whose owner may end meanwhile
    source.request_stop();
  }

 private:
  struct Forward {
    std::stop_source source;
    void operator()() noexcept { source.request_stop(); }
  };
  std::stop_source source_;
  std::stop_callback<Forward> link_;
};

// What the members of one join share.
struct Join {
  explicit Join(const Context& parent) : stop(parent.stop), context{stop.token(), parent.pending} {}
  LinkedStop stop;
  Context context;
  Pending members;
};

template <class T>
Detached run_member(Join& join, Task<T> task, Outcome<T>& outcome) {
  co_await settle(std::move(task), outcome);
  if (outcome.failure) join.stop.request_stop();
  join.members.finished();
}

template <class>
using DetachedFor = Detached;

inline void start_member(Join& join, Detached& member) noexcept {
  join.members.add();
  std::move(member).start(join.context);
}

template <class T>
Regular<T> take_regular(Outcome<T>& outcome) {
  if (outcome.failure) std::rethrow_exception(outcome.failure);
  return std::move(*outcome.value);
}

// A failure that is not merely the echo of another member's.
inline bool is_cancelled(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const Cancelled&) {
    return true;
  } catch (...) {
    return false;
  }
}

inline void rethrow_first(std::initializer_list<std::exception_ptr> failures) {
  std::exception_ptr first;
  for (const auto& failure : failures) {
    if (!failure) continue;
    if (!first || (is_cancelled(first) && !is_cancelled(failure))) first = failure;
  }
  if (first) std::rethrow_exception(first);
}

}  // namespace detail

// Runs all at once; ends when each has ended. When one fails, the others are cancelled and the
// first failure is thrown. void members give std::monostate.
template <class... T>
[[nodiscard]] Task<std::tuple<detail::Regular<T>...>> when_all(Task<T>... tasks) {
  detail::Join join{co_await detail::ContextAwaiter{}};
  std::tuple<detail::Outcome<T>...> outcomes;
  std::tuple<Task<T>&...> members{tasks...};
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    // All are made before the first starts: making one may run out of memory.
    std::tuple<detail::DetachedFor<T>...> runners{
        detail::run_member(join, std::move(std::get<I>(members)), std::get<I>(outcomes))...};
    (detail::start_member(join, std::get<I>(runners)), ...);
  }
  (std::index_sequence_for<T...>{});
  co_await join.members.all_finished();
  std::apply([](auto&... outcome) { detail::rethrow_first({outcome.failure...}); }, outcomes);
  co_return std::apply(
      [](auto&... outcome) {
        return std::tuple<detail::Regular<T>...>{detail::take_regular(outcome)...};
      },
      outcomes);
}

template <class T>
[[nodiscard]] Task<std::vector<detail::Regular<T>>> when_all(std::vector<Task<T>> tasks) {
  detail::Join join{co_await detail::ContextAwaiter{}};
  std::vector<detail::Outcome<T>> outcomes(tasks.size());
  std::vector<detail::Detached> runners;
  runners.reserve(tasks.size());
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    runners.push_back(detail::run_member(join, std::move(tasks[i]), outcomes[i]));
  }
  for (auto& runner : runners) detail::start_member(join, runner);
  co_await join.members.all_finished();
  std::exception_ptr first;
  for (auto& outcome : outcomes) {
    if (!outcome.failure) continue;
    if (!first || (detail::is_cancelled(first) && !detail::is_cancelled(outcome.failure))) {
      first = outcome.failure;
    }
  }
  if (first) std::rethrow_exception(first);
  std::vector<detail::Regular<T>> values;
  values.reserve(outcomes.size());
  for (auto& outcome : outcomes) values.push_back(std::move(*outcome.value));
  co_return values;
}

namespace detail {

template <class T>
Task<T> run_in(Context parent, std::stop_token stop, Task<T> task) {
  Context context{std::move(stop), parent.pending};
  Outcome<T> outcome;
  Pending member;
  auto runner = [](Pending& done, Task<T> work, Outcome<T>& result) -> Detached {
    co_await settle(std::move(work), result);
    done.finished();
  }(member, std::move(task), outcome);
  member.add();
  std::move(runner).start(context);
  co_await member.all_finished();
  co_return outcome.take();
}

}  // namespace detail

// Runs `task` deaf to cancellation: for clean-up that must reach its end, such as ending a remote
// machine that was just made.
template <class T>
[[nodiscard]] Task<T> shield(Task<T> task) {
  auto& context = co_await detail::ContextAwaiter{};
  co_return co_await detail::run_in(context, std::stop_token{}, std::move(task));
}

namespace detail {

template <class T>
T sync_wait(Context context, Task<T> task) {
  struct Latch {
    std::mutex mutex;
    std::condition_variable changed;
    bool open = false;
  } latch;
  Outcome<T> outcome;
  auto root = [](Task<T> work, Outcome<T>& result, Latch& done) -> Detached {
    co_await settle(std::move(work), result);
    const std::lock_guard lock{done.mutex};
    done.open = true;
    done.changed.notify_one();
  }(std::move(task), outcome, latch);
  std::move(root).start(context);
  std::unique_lock lock{latch.mutex};
  latch.changed.wait(lock, [&] { return latch.open; });
  return outcome.take();
}

}  // namespace detail

// Blocks this thread until `task` has ended. Only on a thread of the host's pool (on_pool, blocking
// tools) or in tests; `stop` cancels it.
template <class T>
T sync_wait(Task<T> task, std::stop_token stop = {}) {
  detail::Pending pending;
  struct Root {
    static Task<T> run(Task<T> work, detail::Pending& all) {
      detail::Outcome<T> outcome;
      co_await detail::settle(std::move(work), outcome);
      co_await all.all_finished();
      co_return outcome.take();
    }
  };
  return detail::sync_wait(detail::Context{std::move(stop), &pending},
                           Root::run(std::move(task), pending));
}

}  // namespace v1
}  // namespace sandport

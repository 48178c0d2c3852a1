// The callee's side of the ABI's one slow call: a Task behind an sp_op.
//
// Authors meet only Emitter; the bases (backend.hpp, model.hpp, toolset.hpp…) do the rest.
#pragma once

#include <sandport/abi.h>
#include <sandport/detail/wakeup.hpp>
#include <sandport/error.hpp>
#include <sandport/task.hpp>
#include <sandport/when_all.hpp>

#include <atomic>
#include <cstdint>
#include <exception>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace sandport {
inline namespace v1 {

// Sends an operation's events. Lives as long as the operation's Task. Any number of coroutines of
// the operation may emit; they take turns.
class Emitter {
 public:
  Emitter(sp_sink* sink, detail::Context& context) noexcept : sink_(sink), context_(context) {}
  Emitter(const Emitter&) = delete;
  Emitter& operator=(const Emitter&) = delete;

  // Sends one event, then waits while the receiver has enough. Throws Cancelled. `payload` is
  // borrowed until the Task ends.
  [[nodiscard]] Task<void> emit(std::uint32_t channel, std::string_view payload) {
    co_await lock_.acquire();
    const Turn turn{lock_};
    check();
    resumed_.reset();
    if (sink_->event(sink_, channel, to_bytes(payload))) co_return;
    co_await resumed_.wait(detail::Wakeup::Wakes::kOnSignalOrStop);
    check();
  }

  // The same from a thread that may block: a blocking tool, a function on the pool.
  void emit_blocking(std::uint32_t channel, std::string_view payload) {
    detail::sync_wait(context_, emit(channel, payload));
  }

  [[nodiscard]] std::stop_token stop_token() const noexcept { return context_.stop; }
  [[nodiscard]] bool cancelled() const noexcept { return context_.stop.stop_requested(); }
  void check() const {
    if (cancelled()) throw Cancelled{};
  }

  void resume() noexcept { resumed_.signal(); }

 private:
  struct Turn {
    detail::AsyncLock& lock;
    explicit Turn(detail::AsyncLock& held) noexcept : lock(held) {}
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    ~Turn() { lock.release(); }
  };

  sp_sink* sink_;
  detail::Context& context_;
  detail::AsyncLock lock_;
  detail::Wakeup resumed_;
};

namespace detail {

// What a Task's value becomes: `finish(sink, value)` calls done. More overloads stand beside the
// types that have an ABI form of their own.
inline sp_status ok_status() noexcept { return plain_status(SP_OK, {}); }

inline void finish(sp_sink* sink, const std::string& value) {
  const auto status = ok_status();
  sink->done(sink, &status, to_bytes(value));
}

inline void finish(sp_sink* sink, std::monostate) {
  const auto status = ok_status();
  sink->done(sink, &status, sp_bytes{nullptr, 0});
}

// Two own it: the caller until release, and the coroutine until it has ended.
class Operation : public sp_op {
 public:
  explicit Operation(sp_sink* sink) noexcept
      : sp_op{kStructSize<sp_op>, &Operation::cancel, &Operation::resume, &Operation::release},
        sink_(sink),
        context_{stop_.get_token(), &pending_},
        emitter_(sink, context_) {}
  Operation(const Operation&) = delete;
  Operation& operator=(const Operation&) = delete;

  [[nodiscard]] Emitter& emitter() noexcept { return emitter_; }

  // Makes the coroutine; throws when out of memory, and nothing has happened then.
  template <class T>
  [[nodiscard]] Detached root(Task<T> task) {
    return drive(*this, std::move(task));
  }
  // Kept until the op is released.
  void attach(std::shared_ptr<void> object) noexcept { attachment_ = std::move(object); }
  void start(Detached root) noexcept { std::move(root).start(context_); }

 private:
  ~Operation() = default;

  template <class T>
  static Detached drive(Operation& self, Task<T> task) {
    Outcome<T> outcome;
    co_await settle(std::move(task), outcome);
    // What it started on others (a sandbox lent for the call, an HTTP request) has ended too
    // before we say that we have.
    co_await self.pending_.all_finished();
    finish_with(self.sink_, outcome);
    self.drop();
  }

  template <class T>
  static void finish_with(sp_sink* sink, Outcome<T>& outcome) noexcept {
    // done must come once: only a value that cannot be delivered may turn into a failure.
    bool delivered = false;
    struct Once : sp_sink {
      sp_sink* inner;
      bool* delivered;
    };
    Once once{};
    once.struct_size = kStructSize<sp_sink>;
    once.inner = sink;
    once.delivered = &delivered;
    once.event = [](sp_sink*, std::uint32_t, sp_bytes) { return true; };
    once.object = [](sp_sink* at, void* object) {
      auto* to = static_cast<Once*>(at)->inner;
      to->object(to, object);
    };
    once.done = [](sp_sink* at, const sp_status* status, sp_bytes result) {
      *static_cast<Once*>(at)->delivered = true;
      auto* to = static_cast<Once*>(at)->inner;
      to->done(to, status, result);
    };
    if (!outcome.failure) {
      try {
        finish(&once, std::move(*outcome.value));
      } catch (...) {
        outcome.failure = std::current_exception();
      }
    }
    if (delivered) return;
    translate(outcome.failure, [sink](const sp_status& status) noexcept {
      sink->done(sink, &status, sp_bytes{nullptr, 0});
    });
  }

  static void cancel(sp_op* op) noexcept {
    auto source = static_cast<Operation*>(op)->stop_;  // the op may end within
    source.request_stop();
  }
  static void resume(sp_op* op) noexcept { static_cast<Operation*>(op)->emitter_.resume(); }
  static void release(sp_op* op) noexcept { static_cast<Operation*>(op)->drop(); }

  void drop() noexcept {
    if (owners_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
  }

  struct Delete {
    void operator()(Operation* operation) const noexcept { delete operation; }
  };
  template <class Factory, class Commit>
  friend sp_code submit_with(sp_sink*, sp_op**, sp_error*, Factory&&, Commit&&) noexcept;

  std::atomic<int> owners_{2};
  sp_sink* sink_;
  std::stop_source stop_;
  Pending pending_;
  Context context_;
  Emitter emitter_;
  std::shared_ptr<void> attachment_;
};

// Runs the Task that `factory(Operation&)` makes. `commit` runs when nothing can fail any more, and
// before the Task starts.
template <class Factory, class Commit>
sp_code submit_with(sp_sink* sink, sp_op** out_op, sp_error* error, Factory&& factory,
                    Commit&& commit) noexcept {
  try {
    std::unique_ptr<Operation, Operation::Delete> operation{new Operation(sink)};
    auto root = operation->root(factory(*operation));
    auto* started = operation.release();
    commit();
    *out_op = started;
    started->start(std::move(root));
    return SP_OK;
  } catch (...) {
    return report(error, std::current_exception());
  }
}

// Runs the Task that `factory(Emitter&)` makes as one operation. What `factory` throws is reported
// on the spot. The Task starts inside.
template <class Factory>
sp_code submit(sp_sink* sink, sp_op** out_op, sp_error* error, Factory&& factory) noexcept {
  return submit_with(
      sink, out_op, error, [&](Operation& operation) { return factory(operation.emitter()); },
      []() noexcept {});
}

}  // namespace detail
}  // namespace v1
}  // namespace sandport

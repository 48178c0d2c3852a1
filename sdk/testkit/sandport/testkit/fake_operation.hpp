// The callee's end of an operation whose events a test decides.
#pragma once

#include <sandport/abi.h>
#include <sandport/error.hpp>
#include <sandport/testkit/executor.hpp>
#include <sandport/text.hpp>

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace sandport::testkit {

// Thread-safe. Delivers through the executor, stops while paused, ends once.
class FakeOperation : public sp_op, public std::enable_shared_from_this<FakeOperation> {
 public:
  FakeOperation(Executor& executor, sp_sink* sink) noexcept
      : sp_op{kStructSize<sp_op>, &FakeOperation::on_cancel, &FakeOperation::on_resume,
              &FakeOperation::on_release},
        executor_(executor),
        sink_(sink) {}

  // Accepts the call: from here on the op lives until its release.
  static std::shared_ptr<FakeOperation> accept(Executor& executor, sp_sink* sink, sp_op** out_op) {
    auto operation = std::make_shared<FakeOperation>(executor, sink);
    operation->self_ = operation;
    *out_op = operation.get();
    return operation;
  }

  void event(std::uint32_t channel, std::string payload) {
    {
      const std::lock_guard lock{mutex_};
      events_.push_back({channel, std::move(payload)});
    }
    schedule();
  }
  void finish(std::string result = {}) { end(std::nullopt, std::move(result)); }
  void fail(Error error) { end(std::move(error), {}); }

  [[nodiscard]] bool cancelled() const { return get(cancelled_); }
  [[nodiscard]] bool paused() const { return get(paused_); }
  [[nodiscard]] bool done() const { return get(done_); }

  // Runs when cancelled, before the operation ends by it. Set before the call returns.
  std::function<void()> when_cancelled;

 private:
  struct Item {
    std::uint32_t channel;
    std::string payload;
  };
  struct End {
    std::optional<Error> error;
    std::string result;
  };

  template <class T>
  T get(const T& member) const {
    const std::lock_guard lock{mutex_};
    return member;
  }

  void end(std::optional<Error> error, std::string result) {
    {
      const std::lock_guard lock{mutex_};
      if (end_) return;
      end_ = End{std::move(error), std::move(result)};
    }
    schedule();
  }

  void schedule() {
    executor_.post([self = shared_from_this()] { self->pump(); });
  }

  void pump() {
    std::unique_lock lock{mutex_};
    if (pumping_) return;
    pumping_ = true;
    while (!done_) {
      if (!events_.empty() && !cancelled_) {
        if (paused_) break;
        const auto item = std::move(events_.front());
        events_.pop_front();
        resumed_ = false;
        lock.unlock();
        const bool more = sink_->event(sink_, item.channel, to_bytes(item.payload));
        lock.lock();
        paused_ = !more && !resumed_;
      } else if (end_) {
        done_ = true;
        auto last = std::move(*end_);
        lock.unlock();
        deliver(last);
        return;
      } else {
        break;
      }
    }
    pumping_ = false;
  }

  void deliver(const End& last) {
    if (last.error) {
      const auto status = detail::to_status(*last.error);
      sink_->done(sink_, &status, sp_bytes{nullptr, 0});
    } else {
      const auto status = detail::plain_status(SP_OK, {});
      sink_->done(sink_, &status, to_bytes(last.result));
    }
  }

  static void on_cancel(sp_op* op) noexcept {
    auto self = static_cast<FakeOperation*>(op)->shared_from_this();
    {
      const std::lock_guard lock{self->mutex_};
      if (std::exchange(self->cancelled_, true)) return;
    }
    if (self->when_cancelled) self->when_cancelled();
    self->fail(Cancelled{});
    self->schedule();
  }
  static void on_resume(sp_op* op) noexcept {
    auto self = static_cast<FakeOperation*>(op)->shared_from_this();
    {
      const std::lock_guard lock{self->mutex_};
      self->resumed_ = true;
      self->paused_ = false;
    }
    self->schedule();
  }
  static void on_release(sp_op* op) noexcept {
    auto self = std::move(static_cast<FakeOperation*>(op)->self_);
  }

  Executor& executor_;
  sp_sink* sink_;
  mutable std::mutex mutex_;
  std::shared_ptr<FakeOperation> self_;
  std::deque<Item> events_;
  std::optional<End> end_;
  bool pumping_ = false;
  bool paused_ = false;
  bool resumed_ = false;
  bool cancelled_ = false;
  bool done_ = false;
};

}  // namespace sandport::testkit

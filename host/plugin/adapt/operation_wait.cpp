// The coroutines' side of an operation.
#include <algorithm>
#include <utility>

#include "host/plugin/adapt/operation.hpp"

namespace sandport::adapt {

void Operation::throw_failure() const {
  if (error_) throw Error(*error_);
  if (given_up_) {
    throw Error(Code::kDeadlineExceeded,
                monitor_->plugin() + ": " + name_ +
                    " was cancelled and did not end in time. This is a fault of the plugin");
  }
}

void Operation::throw_if_failed() const {
  const std::lock_guard lock{mutex_};
  if (!started_) throw_failure();
}

Task<void> Operation::wait(std::uint64_t ticket, OnCancel on_cancel) {
  if (on_cancel == OnCancel::kLeave) {
    co_await waiters_.wait(ticket);
    co_return;
  }
  co_await waiters_.wait(ticket, [this] {
    cancel();
    return true;
  });
}

Task<void> Operation::ready(OnCancel on_cancel) {
  for (;;) {
    const auto ticket = waiters_.ticket();
    {
      const std::lock_guard lock{mutex_};
      if (!queue_.empty() || done_ || error_ || given_up_) co_return;
    }
    co_await wait(ticket, on_cancel);
  }
}

Task<void> Operation::started(OnCancel on_cancel) {
  for (;;) {
    const auto ticket = waiters_.ticket();
    {
      const std::lock_guard lock{mutex_};
      if (started_ || done_ || error_ || given_up_) co_return;
    }
    co_await wait(ticket, on_cancel);
  }
}

Task<std::optional<OperationEvent>> Operation::next(OnCancel on_cancel) {
  co_await ready(on_cancel);
  std::optional<OperationEvent> event;
  bool resume = false;
  {
    const std::lock_guard lock{mutex_};
    if (queue_.empty()) {
      throw_failure();
      // Events were dropped when it was cancelled, so this end is not the whole.
      if (cancel_requested_) throw Error(Code::kCancelled, "cancelled");
      co_return std::nullopt;
    }
    event = std::move(queue_.front());
    queue_.pop_front();
    queued_bytes_ -= std::min(queued_bytes_, memory_of(event->value));
    resume = paused_ && queued_bytes_ <= monitor_->limits().queue_bytes / 2;
    if (resume) {
      paused_ = false;
      ignored_bytes_ = 0;
    }
  }
  if (resume) signal(&sp_op::resume);
  co_return event;
}

Task<void> Operation::ended(OnCancel on_cancel) {
  for (;;) {
    const auto ticket = waiters_.ticket();
    {
      const std::lock_guard lock{mutex_};
      if (done_ || given_up_) co_return;
      // A failure of our own making does not wait for the plugin.
      if (error_) co_return;
    }
    co_await wait(ticket, on_cancel);
  }
}

Task<ResultValue> Operation::finish(OnCancel on_cancel) {
  co_await ended(on_cancel);
  const std::lock_guard lock{mutex_};
  throw_failure();
  if (!result_) throw Error(Code::kCancelled, "cancelled");
  co_return std::move(*result_);
}

ExitStatus Operation::exit_status() const {
  const std::lock_guard lock{mutex_};
  throw_failure();
  if (!result_) throw Error(Code::kCancelled, "cancelled");
  return std::get<ExitStatus>(*result_);
}

}  // namespace sandport::adapt

#include "host/plugin/adapt/operation.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <exception>
#include <utility>

#include "host/plugin/adapt/status.hpp"
#include "host/plugin/adapt/text.hpp"

namespace sandport::adapt {
namespace asio = boost::asio;

struct Operation::Grace {
  explicit Grace(const asio::any_io_executor& executor) : timer(executor) {}
  asio::steady_timer timer;
};

Operation::Operation(std::shared_ptr<PluginObject> object, asio::any_io_executor executor,
                     OperationOptions options)
    : sink_{{sizeof(sp_sink), &on_event, &on_object, &on_done}, this},
      monitor_(object->monitor().get()),
      executor_(std::move(executor)),
      name_(std::move(options.name)),
      result_type_(options.result),
      monitor_keeper_(object->monitor()),
      object_(std::move(object)),
      borrowed_(std::move(options.borrowed)),
      orphan_(std::move(options.orphan)),
      pins_(options.pinned ? 1 : 0) {}

void Operation::submit(const Submit& submit) {
  const auto monitor = monitor_keeper_;
  self_ = shared_from_this();
  monitor_->began();
  ErrorSlot slot;
  sp_op* op = nullptr;
  sp_code code = SP_INTERNAL;
  try {
    const std::lock_guard lock{object_->submitting()};
    code = submit(&sink_.abi, &op, slot.abi());
  } catch (...) {
    monitor_->report(rule::kThrows, name_ + " let a C++ exception out");
    // What it started is unknown, so the sink stays; nothing waits for it any more.
    const std::lock_guard lock{mutex_};
    given_up_ = true;
    monitor_->ended();
    throw to_error(std::current_exception());
  }
  std::unique_lock lock{mutex_};
  if (code != SP_OK) {
    const bool called = done_ || started_ || !queue_.empty() || arrived_ != nullptr;
    done_ = retired_ = true;
    object_.reset();
    borrowed_.reset();
    orphan_ = nullptr;
    monitor_keeper_.reset();
    auto self = std::move(self_);
    lock.unlock();
    if (called) monitor_->report(rule::kCallAfterRefusal, name_ + " failed, yet used its sink");
    monitor_->quarantine(self);
    monitor_->ended();
    throw slot.take(code, monitor_->plugin() + ": " + name_ + " failed");
  }
  op_ = op;
  submitted_ = true;
  const bool over = may_retire();
  const bool cancel_now = cancel_requested_ && !done_;
  lock.unlock();
  if (op == nullptr) {
    monitor_->report(rule::kNoOperation, name_ + " answered SP_OK without an operation");
  }
  if (over) retire();
  if (cancel_now) signal(&sp_op::cancel);
}

void Operation::signal(void (*sp_op::*function)(sp_op*)) {
  {
    const std::lock_guard lock{mutex_};
    if (!submitted_ || done_ || op_ == nullptr) return;
    ++pins_;
  }
  // Never with the lock held: the plugin may answer on our sink inside the call.
  if (op_->*function != nullptr) (op_->*function)(op_);
  unpin();
}

void Operation::pin() {
  const std::lock_guard lock{mutex_};
  ++pins_;
}

void Operation::unpin() {
  {
    const std::lock_guard lock{mutex_};
    --pins_;
    if (!may_retire()) return;
  }
  retire();
}

void Operation::cancel() {
  {
    const std::lock_guard lock{mutex_};
    if (done_ || given_up_ || cancel_requested_) return;
    cancel_requested_ = true;
    queue_.clear();
    queued_bytes_ = 0;
    start_grace();
  }
  signal(&sp_op::cancel);
}

void Operation::start_grace() {
  grace_ = std::make_shared<Grace>(executor_);
  grace_->timer.expires_after(monitor_->limits().cancel_grace);
  grace_->timer.async_wait([weak = weak_from_this()](boost::system::error_code failed) {
    if (failed) return;
    if (const auto self = weak.lock()) self->grace_over();
  });
}

void Operation::grace_over() {
  {
    const std::lock_guard lock{mutex_};
    if (done_ || given_up_) return;
    given_up_ = true;  // and self_ stays: the plugin may still use the sink
    grace_.reset();
  }
  monitor_->report(rule::kNeverDone, name_ + " did not end within " +
                                         std::to_string(monitor_->limits().cancel_grace.count()) +
                                         " ms after cancel");
  monitor_->ended();
  waiters_.notify();
}

void Operation::retire() {
  std::shared_ptr<PluginMonitor> monitor;  // first, so that it goes last
  std::shared_ptr<PluginObject> object;
  std::shared_ptr<Operation> self;
  std::shared_ptr<const void> borrowed;
  std::shared_ptr<Grace> grace;
  sp_op* op = nullptr;
  bool counted = false;
  {
    const std::lock_guard lock{mutex_};
    if (!may_retire()) return;
    retired_ = true;
    monitor = monitor_keeper_;
    op = std::exchange(op_, nullptr);
    object = std::move(object_);
    self = std::move(self_);
    borrowed = std::move(borrowed_);
    grace = std::move(grace_);
    if (grace) grace->timer.cancel();
    counted = !given_up_;
  }
  if (SP_HAS(sp_op, op, release)) op->release(op);
  drop_if_unwanted();
  object.reset();
  monitor->quarantine(self);
  if (counted) monitor->ended();
}

void Operation::drop_if_unwanted() {
  std::shared_ptr<PluginMonitor> monitor;
  void* object = nullptr;
  std::function<void(void*)> orphan;
  {
    const std::lock_guard lock{mutex_};
    if (!retired_ || !abandoned_) return;
    monitor = std::move(monitor_keeper_);
    object = std::exchange(arrived_, nullptr);
    orphan = std::move(orphan_);
    orphan_ = nullptr;
  }
  if (object != nullptr && orphan) orphan(object);
}

void Operation::abandon() {
  cancel();
  {
    const std::lock_guard lock{mutex_};
    abandoned_ = true;
    queue_.clear();
    queued_bytes_ = 0;
    result_.reset();
  }
  drop_if_unwanted();
}

void* Operation::take_object() {
  const std::lock_guard lock{mutex_};
  return std::exchange(arrived_, nullptr);
}

bool Operation::cancel_requested() const {
  const std::lock_guard lock{mutex_};
  return cancel_requested_;
}

std::int64_t Operation::pid() const {
  const std::lock_guard lock{mutex_};
  return pid_;
}

void Operation::lift_bound() {
  {
    const std::lock_guard lock{mutex_};
    if (bound_lifted_++ > 0 || !paused_) return;
    paused_ = false;
    ignored_bytes_ = 0;
  }
  signal(&sp_op::resume);
}

void Operation::restore_bound() {
  const std::lock_guard lock{mutex_};
  --bound_lifted_;
}

OperationHandle OperationHandle::start(std::shared_ptr<PluginObject> object,
                                       const asio::any_io_executor& executor,
                                       OperationOptions options, const Operation::Submit& submit) {
  auto operation = std::make_shared<Operation>(std::move(object), executor, std::move(options));
  operation->submit(submit);
  OperationHandle handle;
  handle.operation_ = std::move(operation);
  return handle;
}

void OperationHandle::reset() {
  if (const auto operation = std::exchange(operation_, nullptr)) operation->abandon();
}

Task<OperationHandle> start(std::shared_ptr<PluginObject> object, OperationOptions options,
                            Operation::Submit submit) {
  const auto executor = co_await asio::this_coro::executor;
  co_return OperationHandle::start(std::move(object), executor, std::move(options), submit);
}

Task<ResultValue> run(std::shared_ptr<PluginObject> object, OperationOptions options,
                      Operation::Submit submit) {
  const auto operation = co_await start(std::move(object), std::move(options), std::move(submit));
  co_return co_await operation->finish(OnCancel::kCancel);
}

Task<std::string> run_for_text(std::shared_ptr<PluginObject> object, std::string name,
                               Operation::Submit submit) {
  OperationOptions options;
  options.name = std::move(name);
  auto result = co_await run(std::move(object), std::move(options), std::move(submit));
  co_return std::get<std::string>(std::move(result));
}

void throw_lacking(const PluginObject& object, const std::string& function) {
  throw Error(Code::kUnimplemented, object.monitor()->plugin() + " does not implement " + function);
}

void throw_incomplete(const PluginObject& object, const std::string& function) {
  object.monitor()->report(rule::kIncomplete, "the required function " + function + " is missing");
  throw Error(Code::kInternal, object.monitor()->plugin() + " lacks the required function " +
                                   function + "; use another version of the plugin");
}

}  // namespace sandport::adapt

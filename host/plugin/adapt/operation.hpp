// One submitted operation of a plugin, as something a coroutine can wait for.
#pragma once

#include <sandport/abi.h>

#include <boost/asio/any_io_executor.hpp>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "core/error.hpp"
#include "core/task.hpp"
#include "host/plugin/adapt/value.hpp"
#include "host/plugin/adapt/waiters.hpp"
#include "host/plugin/monitor.hpp"

namespace sandport::adapt {

// Something of a plugin that operations run on; they keep it alive, so that it is closed or
// destroyed only when none is left. Destructors run on executors of the host, never inside a call
// from the plugin.
class PluginObject {
 public:
  explicit PluginObject(std::shared_ptr<PluginMonitor> monitor) : monitor_(std::move(monitor)) {}
  virtual ~PluginObject() = default;
  PluginObject(const PluginObject&) = delete;
  PluginObject& operator=(const PluginObject&) = delete;

  [[nodiscard]] const std::shared_ptr<PluginMonitor>& monitor() const { return monitor_; }
  // Held around each [submit] call: the ABI promises one at a time on one object.
  [[nodiscard]] std::mutex& submitting() { return submitting_; }

 private:
  std::shared_ptr<PluginMonitor> monitor_;
  std::mutex submitting_;
};

// What the cancellation of a waiting coroutine does. kCancel: the operation is cancelled, and its
// done is awaited all the same, up to the grace. kLeave: only this wait ends.
enum class OnCancel { kCancel, kLeave };

struct OperationOptions {
  // Not an aggregate: g++ 12 destroys brace-initialised ones twice in a co_await expression.
  OperationOptions() = default;

  std::string name;  // for messages: "create", "exec"…
  ResultType result = ResultType::kBytes;
  // Receives, on a host thread, an object that nobody took. Without it such an object is reported.
  std::function<void(void*)> orphan;
  // Kept until the operation has ended, for borrowed arguments.
  std::shared_ptr<const void> borrowed;
  // Pinned from the start, for operations that a process belongs to; see Operation::pin.
  bool pinned = false;
};

class Operation : public std::enable_shared_from_this<Operation> {
 public:
  using Submit = std::function<sp_code(sp_sink*, sp_op**, sp_error*)>;

  // Use OperationHandle::start.
  Operation(std::shared_ptr<PluginObject> object, boost::asio::any_io_executor executor,
            OperationOptions options);

  // Until an event is there or the operation has ended; throws nothing of the operation's own.
  [[nodiscard]] Task<void> ready(OnCancel on_cancel);
  // The next event; nullopt at the end. Throws the operation's Error once the events are consumed.
  [[nodiscard]] Task<std::optional<OperationEvent>> next(OnCancel on_cancel);
  // The result, once. Throws the operation's Error. Unread events are thrown away at a cancel only.
  [[nodiscard]] Task<ResultValue> finish(OnCancel on_cancel);
  // Until done, without taking the result.
  [[nodiscard]] Task<void> ended(OnCancel on_cancel);
  // For processes: until STARTED came, or the end.
  [[nodiscard]] Task<void> started(OnCancel on_cancel);

  // Throws the operation's Error when it has already failed without having started.
  void throw_if_failed() const;

  [[nodiscard]] std::int64_t pid() const;
  // After ended(): the exit; throws the operation's Error.
  [[nodiscard]] ExitStatus exit_status() const;

  // The object that came through the sink, or null. Ownership moves to the caller.
  [[nodiscard]] void* take_object();
  [[nodiscard]] bool cancel_requested() const;
  void cancel();

  // While any of these is held, events are queued without the bound.
  void lift_bound();
  void restore_bound();

  // While pinned, the op (and what belongs to it, as an sp_process) is not released.
  void pin();
  void unpin();

 private:
  friend class OperationHandle;
  struct Sink {
    sp_sink abi;
    Operation* owner;
  };

  static bool on_event(sp_sink* self, uint32_t channel, sp_bytes payload) noexcept;
  static void on_object(sp_sink* self, void* object) noexcept;
  static void on_done(sp_sink* self, const sp_status* status, sp_bytes result) noexcept;

  void submit(const Submit& submit);
  bool take_event(std::uint32_t channel, sp_bytes payload);
  void take_object_from_plugin(void* object);
  void take_done(const sp_status* status, sp_bytes result);
  void abandon();
  void signal(void (*sp_op::*function)(sp_op*));
  void start_grace();
  void grace_over();
  void retire();
  void drop_if_unwanted();
  bool may_retire() const { return submitted_ && done_ && pins_ == 0 && !retired_; }
  Task<void> wait(std::uint64_t ticket, OnCancel on_cancel);
  void throw_failure() const;  // with the lock held

  Sink sink_;
  PluginMonitor* const monitor_;
  const boost::asio::any_io_executor executor_;
  const std::string name_;
  const ResultType result_type_;

  mutable std::mutex mutex_;
  // All below under mutex_.
  std::shared_ptr<PluginMonitor> monitor_keeper_;  // until retired and abandoned: the monitor's
                                                   // quarantine owns us then
  std::shared_ptr<PluginObject> object_;           // until retired
  std::shared_ptr<Operation> self_;                // until retired: the plugin holds the sink
  std::shared_ptr<const void> borrowed_;           // until retired
  std::function<void(void*)> orphan_;              // until retired and abandoned
  sp_op* op_ = nullptr;
  bool submitted_ = false;
  bool started_ = false;
  bool done_ = false;
  bool retired_ = false;
  bool given_up_ = false;  // the grace is over
  bool abandoned_ = false;
  bool cancel_requested_ = false;
  bool paused_ = false;
  int bound_lifted_ = 0;
  int pins_ = 0;
  std::int64_t pid_ = 0;
  std::deque<OperationEvent> queue_;
  std::size_t queued_bytes_ = 0;
  std::size_t ignored_bytes_ = 0;  // taken since the plugin was asked to pause
  void* arrived_ = nullptr;
  std::optional<Error> error_;
  std::optional<ResultValue> result_;
  struct Grace;
  std::shared_ptr<Grace> grace_;
  Waiters waiters_;
};

// Owns the host's interest in an operation: when it goes, a running operation is cancelled and ends
// in the background.
class OperationHandle {
 public:
  OperationHandle() = default;
  ~OperationHandle() { reset(); }
  OperationHandle(OperationHandle&& other) noexcept = default;
  OperationHandle& operator=(OperationHandle&& other) noexcept {
    if (this != &other) {
      reset();
      operation_ = std::move(other.operation_);
    }
    return *this;
  }

  // Throws what submit refused with. executor runs what must happen outside the plugin's calls.
  static OperationHandle start(std::shared_ptr<PluginObject> object,
                               const boost::asio::any_io_executor& executor,
                               OperationOptions options, const Operation::Submit& submit);

  Operation* operator->() const { return operation_.get(); }
  [[nodiscard]] const std::shared_ptr<Operation>& shared() const { return operation_; }
  void reset();

 private:
  std::shared_ptr<Operation> operation_;
};

// Submits on the running coroutine's executor.
[[nodiscard]] Task<OperationHandle> start(std::shared_ptr<PluginObject> object,
                                          OperationOptions options, Operation::Submit submit);

// The whole of an operation that brings nothing but its result.
[[nodiscard]] Task<ResultValue> run(std::shared_ptr<PluginObject> object, OperationOptions options,
                                    Operation::Submit submit);
[[nodiscard]] Task<std::string> run_for_text(std::shared_ptr<PluginObject> object, std::string name,
                                             Operation::Submit submit);

// For a function that a table lacks.
[[noreturn]] void throw_lacking(const PluginObject& object, const std::string& function);
// For a table without a function that its kind must have; also reported.
[[noreturn]] void throw_incomplete(const PluginObject& object, const std::string& function);

}  // namespace sandport::adapt

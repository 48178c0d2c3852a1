// Operations that a plugin submits on an object of ours: a coroutine behind an sp_op.
#pragma once

#include <sandport/abi.h>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/strand.hpp>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_set>

#include "core/error.hpp"
#include "core/task.hpp"
#include "host/plugin/adapt/status.hpp"
#include "host/plugin/adapt/value.hpp"
#include "host/plugin/adapt/waiters.hpp"

namespace sandport::adapt {

using LentStrand = boost::asio::strand<boost::asio::any_io_executor>;

// Shared by its coroutine and, until release, the plugin.
class LentOperation : public std::enable_shared_from_this<LentOperation> {
 public:
  LentOperation(sp_sink* sink, LentStrand strand);

  // One event; waits while the plugin wants no more. payload is borrowed until it returns.
  [[nodiscard]] Task<void> emit(std::uint32_t channel, sp_bytes payload);
  // Kept until the plugin has released the operation.
  void keep(std::shared_ptr<void> object) { kept_ = std::move(object); }

 private:
  friend class LentCalls;
  struct Handle {
    sp_op abi;
    LentOperation* owner;
  };

  static void on_cancel(sp_op* self) noexcept;
  static void on_resume(sp_op* self) noexcept;
  static void on_release(sp_op* self) noexcept;

  sp_op* hand_out();
  void request_cancel();
  void finish(const std::optional<Error>& error, const ResultValue& result);

  Handle handle_;
  sp_sink* const sink_;
  const LentStrand strand_;
  boost::asio::cancellation_signal signal_;  // only on the strand
  bool cancelled_ = false;                   // only on the strand
  std::shared_ptr<void> kept_;
  std::mutex mutex_;
  bool resumed_ = false;                             // under mutex_
  std::shared_ptr<LentOperation> plugin_reference_;  // under mutex_
  Waiters waiters_;
};

// All operations that a plugin runs on what one call lent to it.
class LentCalls : public std::enable_shared_from_this<LentCalls> {
 public:
  using Body = std::function<Task<ResultValue>(LentOperation&)>;

  explicit LentCalls(const boost::asio::any_io_executor& executor);

  // Any thread. Runs body on the strand; refuses once finish() began.
  sp_code submit(sp_sink* sink, sp_op** out_op, sp_error* error, Body body);

  // Refuses new operations, cancels those in flight, waits for their ends.
  [[nodiscard]] Task<void> finish();

 private:
  static Task<void> run(std::shared_ptr<LentCalls> self, std::shared_ptr<LentOperation> operation,
                        Body body);

  const LentStrand strand_;
  std::mutex mutex_;
  bool closed_ = false;                                           // under mutex_
  std::unordered_set<std::shared_ptr<LentOperation>> in_flight_;  // under mutex_
  Waiters waiters_;
};

// Runs the synchronous part of a function of ours; no exception leaves it.
template <typename Function>
sp_code guarded(sp_error* error, Function function) noexcept {
  try {
    return function();
  } catch (...) {
    return refuse(error, to_error(std::current_exception()));
  }
}

}  // namespace sandport::adapt

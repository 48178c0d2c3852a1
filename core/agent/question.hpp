// A question to a person that is open.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <exception>
#include <memory>
#include <optional>

#include "core/agent/loop_state.hpp"
#include "core/error.hpp"

namespace sandport {

// Shared with the approver's coroutine. Used on the session's strand.
class Question {
 public:
  explicit Question(LoopState& loop) : loop_(&loop) {}

  // `keep` is kept for as long as the approver works. The loop is woken at the end.
  static void ask(const std::shared_ptr<Question>& self,
                  const boost::asio::any_io_executor& executor, PermissionRequest request,
                  std::shared_ptr<void> keep);

  void cancel();
  [[nodiscard]] bool cancelled() const { return cancelled_at_.has_value(); }
  // Nothing is told to the loop from here on: it may be gone.
  void detach() { loop_ = nullptr; }
  [[nodiscard]] bool done() const { return done_; }
  // When a cancelled question that stays open is given up.
  [[nodiscard]] Clock::TimePoint deadline() const;

  // Only when done():
  [[nodiscard]] std::optional<Error> failure() const;
  [[nodiscard]] const PermissionAnswer& answer() const { return answer_; }

 private:
  LoopState* loop_;
  boost::asio::cancellation_signal cancel_;
  std::optional<Clock::TimePoint> cancelled_at_;
  bool done_ = false;
  std::exception_ptr failure_;
  PermissionAnswer answer_;
};

}  // namespace sandport

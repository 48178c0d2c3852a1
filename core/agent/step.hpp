// One step of a turn: a model call, retried where that helps, and the tool calls it asks for.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/agent/call_set.hpp"
#include "core/agent/loop_state.hpp"
#include "core/agent/reply_stream.hpp"
#include "core/error.hpp"

namespace sandport {

enum class StepEnd {
  kCalled,       // tools ran: the model has to see their results
  kRested,       // no tool was asked for
  kDenied,       // a person denied a call, without more
  kInterrupted,  // the loop was interrupted
  kTimeUp,       // the turn's time is over, or would be before a retry
  kFailed,
};

struct StepResult {
  StepEnd end = StepEnd::kFailed;
  std::string text;
  std::string finish_reason;
  Usage usage;
  std::vector<std::string> call_keys;  // equal for equal calls
  std::optional<Error> error;          // of kFailed; of kTimeUp, where the model was to blame
};

// Used once, on the session's strand. Appends the step's messages to the loop's.
class Step {
 public:
  Step(std::shared_ptr<LoopState> loop, boost::asio::any_io_executor executor);

  // Throws only what the log throws; the step has then been stopped.
  [[nodiscard]] Task<StepResult> run();

 private:
  Task<void> drive();
  void check_stop();
  void stop(StepEnd end, std::string_view why);
  void advance_model();
  void start_attempt();
  void take_reply();
  void accept(ReplyMessage message);
  void fail_attempt(const Error& error);
  void give_up(StepEnd end, Error error);
  void settle_partial(std::string_view finish_reason);
  void record_reply(const ReplyMessage& message, const std::vector<std::string>& orphaned);
  [[nodiscard]] bool done() const;
  [[nodiscard]] Clock::TimePoint deadline() const;
  void commit_messages();

  std::shared_ptr<LoopState> shared_;
  LoopState& loop_;
  boost::asio::any_io_executor executor_;
  CallSet calls_;
  std::unique_ptr<ReplyStream> stream_;  // null between attempts, and once there is a reply
  Clock::TimePoint retry_at_;
  std::uint32_t attempts_ = 0;
  bool replied_ = false;   // the assistant message is recorded, or there is none to record
  bool stopping_ = false;  // no further attempt
  std::string stop_reason_;
  MessageText message_;
  StepResult result_;
};

}  // namespace sandport

// The tool calls of one step: permission, start, end, and what the log says of them.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/agent/loop_state.hpp"
#include "core/agent/tool_call.hpp"
#include "core/model/reply_message.hpp"

namespace sandport {

class Question;

// A call that an attempt asked for before it failed stays here: when the next attempt asks for an
// equal one, that is the same call, so nothing runs twice. Used on the session's strand.
class CallSet {
 public:
  CallSet(LoopState& loop, boost::asio::any_io_executor executor, std::shared_ptr<void> keep);
  // Calls that still run are left behind, unheard: stop() first.
  ~CallSet();
  CallSet(const CallSet&) = delete;
  CallSet& operator=(const CallSet&) = delete;

  // A call that has become whole while the reply streams.
  void request(const RequestedCall& wish);
  // The attempt failed. What has not started yet waits until it is asked for again.
  void release();

  enum class ReplyEnd { kWhole, kCut };
  // The calls of the reply that counts, in order. Their ids are made unique; calls that have
  // started and are not among them are added at the end, and their ids returned.
  std::vector<std::string> settle(std::vector<RequestedCall>& wishes, ReplyEnd end);
  // The same for a reply that will never be whole: it has the calls that were asked for by now.
  std::vector<RequestedCall> settle_without_reply();

  // Decides, prepares starts and takes results, each recorded in the loop's outbox. What was
  // prepared happens in launch(), after the outbox has been flushed.
  void advance();
  void launch();

  // No call starts from here on: those that have not are ended with `text`.
  void refuse(CallEnd how, std::string text);
  // refuse(), and asks the running ones to stop.
  void stop(std::string text);

  [[nodiscard]] bool empty() const { return calls_.empty(); }
  // Every call has its result and nobody is being asked. After settle(), results are also recorded.
  [[nodiscard]] bool done() const;
  [[nodiscard]] bool denied() const { return denied_; }  // a person said no, without more
  [[nodiscard]] Clock::TimePoint deadline() const;

  // In the order of the reply; only after settle().
  [[nodiscard]] const std::vector<ToolCall*>& in_order() const { return order_; }

 private:
  ToolCall& add(const RequestedCall& wish);
  [[nodiscard]] std::string unique_id(const std::string& wanted) const;
  ToolCall* find_equal(const RequestedCall& wish, bool for_reply);
  void append_started(std::vector<RequestedCall>& wishes, std::vector<std::string>& ids);
  void decide(ToolCall& call);
  bool arguments_fit(ToolCall& call) const;
  void ask_next();
  void take_answer();
  void deny(ToolCall& call, const PermissionAnswer& answer);
  void allow(ToolCall& call, const PermissionAnswer& answer);
  void record_decision(const ToolCall& call, std::string_view decision, std::string_view feedback,
                       const std::vector<std::string>& session_rules = {});
  void start_permitted();
  void record_results();
  void record_result(ToolCall& call);

  LoopState& loop_;
  boost::asio::any_io_executor executor_;
  std::shared_ptr<void> keep_;
  std::vector<std::unique_ptr<ToolCall>> calls_;
  std::vector<ToolCall*> order_;
  std::vector<ToolCall*> starting_;
  std::shared_ptr<Question> question_;
  ToolCall* asked_ = nullptr;  // what question_ is about; null when that is of no interest any more
  bool question_prepared_ = false;
  bool settled_ = false;
  bool denied_ = false;
  bool refusing_ = false;
  CallEnd refusal_ = CallEnd::kInterrupted;
  std::string refusal_text_;
};

}  // namespace sandport

// One tool call of a step, from the model's wish to its result.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "core/agent/loop_state.hpp"
#include "core/agent/tool_output.hpp"

namespace sandport {

class Invocation;

enum class CallStage {
  kUndecided,  // waits to be asked about
  kAsking,
  kPermitted,  // waits for its turn
  kStarting,   // its start is being recorded
  kRunning,
  kDone,
};

// Used on the session's strand.
struct ToolCall {
  std::string id;  // unique in its step
  std::string name;
  std::string arguments;  // a JSON object
  std::string key;        // equal for equal calls
  std::string model_id;   // the model's own, which need not be unique

  const ToolCatalog::Entry* entry = nullptr;
  Decision decision;
  CallStage stage = CallStage::kUndecided;
  bool streamed = false;  // the current attempt has asked for it
  bool in_reply = false;  // the reply that counts has asked for it
  bool started = false;
  bool recorded = false;  // its result is in the log or the outbox

  std::shared_ptr<Invocation> invocation;
  Clock::TimePoint started_at{};
  Clock::TimePoint cancelled_at{};
  enum class Cause { kNone, kTimeout, kStopped } cancel_cause = Cause::kNone;
  std::string cancel_text;  // what the model is told about it

  // When kDone:
  CallEnd end = CallEnd::kFailed;
  ShownOutput output;
  std::string structured;
  std::chrono::milliseconds duration{0};
  MessageText message;

  [[nodiscard]] bool wanted() const { return streamed || in_reply; }
  [[nodiscard]] bool done() const { return stage == CallStage::kDone; }

  // Ends a call with text of ours.
  void finish_with(CallEnd how, std::string_view text);
  void finish_with(const LoopState& loop, CallEnd how, ToolResult result);

  void run(LoopState& loop, const boost::asio::any_io_executor& executor,
           std::shared_ptr<void> keep);
  // Asks a running call to stop; what it still returns counts.
  void cancel(const LoopState& loop, Cause cause, std::string text);
  // Takes over the result when the tool has ended, or gives up a tool that does not stop.
  void advance(const LoopState& loop);
  [[nodiscard]] Clock::TimePoint deadline(const LoopState& loop) const;

 private:
  void take_result(const LoopState& loop);
  void abandon();
};

[[nodiscard]] std::string call_key(std::string_view name, std::string_view arguments);

// "90s", "1.5s", "300ms".
[[nodiscard]] std::string duration_text(std::chrono::milliseconds duration);

}  // namespace sandport

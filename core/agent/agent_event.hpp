// What a turn tells those who watch it, as it happens.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "core/model/model.hpp"

namespace sandport {

enum class TurnEnd {
  kFinished,      // the model has nothing more to do
  kCutOff,        // its last reply was cut at the output limit, or by a content filter
  kLimitReached,  // a limit of the manifest
  kDenied,        // a person said no, and nothing else
  kInterrupted,   // cancelled; the session can go on
  kFailed,        // the model could not be reached, or refused
};

// "finished", "cut_off", "limit", "denied", "interrupted", "failed".
[[nodiscard]] std::string_view turn_end_name(TurnEnd end);

// The texts in these are borrowed: they live until the listener returns.
struct TurnStarted {
  std::uint64_t turn;  // 1, 2, 3 … of this process
};
struct StepStarted {
  std::uint64_t step;  // 1, 2, 3 … in the turn
};
struct TextDelta {
  std::string_view text;
};
struct ReasoningDelta {
  std::string_view text;
};
// The model wants it; its arguments are whole. Permission is still to be decided.
struct ToolCallRequested {
  std::string_view id;
  std::string_view name;
  std::string_view arguments;  // a JSON object
};
struct ToolCallStarted {
  std::string_view id;
  std::string_view name;
};
struct ToolCallProgress {
  std::string_view id;
  std::string_view text;
};
enum class CallEnd { kSucceeded, kFailed, kInterrupted };
enum class OutputCut { kWhole, kTruncated };
struct ToolCallFinished {
  std::string_view id;
  std::string_view name;
  CallEnd end;
  std::string_view content;            // JSON array, as the model is shown it
  std::chrono::milliseconds duration;  // since it was started; zero when it was not
  OutputCut cut;
};
struct ReplyFinished {
  std::uint64_t step;
  std::string_view message;  // JSON
  std::string_view finish_reason;
  std::string_view model;
  Usage usage;
};
// The fragments of this step's reply so far are void.
struct RetryScheduled {
  std::uint64_t step;
  std::uint32_t attempt;  // the one that failed, from 1
  std::chrono::milliseconds wait;
  std::string_view reason;
};
struct PermissionAsked {
  std::string_view id;
  std::string_view name;
  std::string_view rule;
};
struct PermissionGiven {
  std::string_view id;
  std::string_view name;
  std::string_view decision;  // "allow", "allow_session", "deny"
  std::string_view rule;
  std::string_view feedback;
};
struct LimitReached {
  std::string_view key;  // the manifest's, such as agent.max_steps
  std::string_view message;
};
// A user message that was queued while the turn ran, or that began it.
struct UserMessageAdded {
  std::string_view message;  // JSON
};
struct TurnFinished {
  TurnEnd end;
  std::string_view message;  // why, when it is not kFinished
  std::string_view text;     // the final answer
  std::uint64_t steps;
  Usage usage;  // of the whole turn
};

using AgentEvent =
    std::variant<TurnStarted, StepStarted, TextDelta, ReasoningDelta, ToolCallRequested,
                 ToolCallStarted, ToolCallProgress, ToolCallFinished, ReplyFinished, RetryScheduled,
                 PermissionAsked, PermissionGiven, LimitReached, UserMessageAdded, TurnFinished>;

// Called on the session's strand. Must not block and must not throw.
class AgentListener {
 public:
  virtual ~AgentListener() = default;
  virtual void on_event(const AgentEvent& event) = 0;
};

}  // namespace sandport

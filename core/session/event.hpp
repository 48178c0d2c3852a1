// What a session's log is made of.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace sandport {

// The types of events that the store and the transcript know. Others may be appended; they are kept
// and exported, and otherwise ignored. "message" below is a message in the model request's shape.
namespace event_type {
// {} and what the caller adds; always the first event
inline constexpr std::string_view kSessionStarted = "session_started";
// {"message"}, of role user or system
inline constexpr std::string_view kUserMessage = "user_message";
// {"step"}
inline constexpr std::string_view kStepStarted = "step_started";
// {"message", "usage", "finish_reason"}
inline constexpr std::string_view kAssistantMessage = "assistant_message";
// {"id", "name", "arguments"}
inline constexpr std::string_view kToolCallStarted = "tool_call_started";
// {"id", "name", "message", "truncated"}, the whole output attached when it was truncated
inline constexpr std::string_view kToolCallFinished = "tool_call_finished";
// {"id", "name", "message", "started"}: the outcome is unknown, or the call never began
inline constexpr std::string_view kToolCallInterrupted = "tool_call_interrupted";
// {"id", "name", "rule"}
inline constexpr std::string_view kPermissionRequested = "permission_requested";
// {"id", "decision", "rule"}
inline constexpr std::string_view kPermissionDecided = "permission_decided";
// {"step", "error"}
inline constexpr std::string_view kStepFailed = "step_failed";
// {"step", "attempt", "wait_ms", "error"}
inline constexpr std::string_view kStepRetry = "step_retry";
// {"reason"}
inline constexpr std::string_view kTurnFinished = "turn_finished";
// {"backend", "id", "work_dir"}; an empty id says that the sandbox is gone
inline constexpr std::string_view kSandboxAttached = "sandbox_attached";
// {"limit", "key"}
inline constexpr std::string_view kLimitReached = "limit_reached";
// {"text"}
inline constexpr std::string_view kNote = "note";
}  // namespace event_type

struct Event {
  // Not an aggregate: g++ 12 copies those bit by bit when they are made inside a co_await.
  Event() = default;
  explicit Event(std::string_view type_name, std::string payload = "{}",
                 std::string attached_bytes = {})
      : type(type_name), payload_json(std::move(payload)), attachment(std::move(attached_bytes)) {}

  std::uint64_t seq = 0;     // 1, 2, 3 … in its session; the store gives it
  std::int64_t time_ms = 0;  // since the Unix epoch; 0 lets the store take the time of the append
  std::string type;
  std::string payload_json = "{}";  // the text of one JSON object
  // Bytes kept beside the event, such as a tool's whole output; read back only when asked for.
  std::string attachment = {};
};

}  // namespace sandport

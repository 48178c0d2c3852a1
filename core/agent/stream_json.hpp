// Writes a turn's events as lines of JSON, for `--output stream-json`.
//
// Each line is one object with "schema_version" (1) and "type". Fields are only ever added within a
// version; readers ignore what they do not know. The first line is
//   session             session_id
// and then, as they happen:
//   turn_started        turn
//   user_message        message
//   step_started        step
//   text_delta          text
//   reasoning_delta     text
//   tool_call_requested id, name, arguments (object)
//   permission_asked    id, name, rule
//   permission_decided  id, name, decision ("allow", "allow_session", "deny"), rule, feedback
//   tool_call_started   id, name
//   tool_call_progress  id, text
//   tool_call_finished  id, name, outcome ("succeeded", "failed", "interrupted"), content (array),
//                       duration_ms, truncated
//   reply               step, message, finish_reason, model, usage
//   retry               step, attempt, wait_ms, reason: the deltas of this step so far are void
//   limit_reached       key (of the manifest), message
//   turn_finished       reason ("finished", "cut_off", "limit", "denied", "interrupted", "failed"),
//                       message, text (the answer), steps, usage
// usage is {input_tokens, output_tokens, cached_input_tokens, reasoning_tokens}. A message has the
// shape of a model request's. A line is always valid UTF-8.
#pragma once

#include <string>
#include <string_view>

#include "core/agent/agent_event.hpp"

namespace sandport {

inline constexpr int kStreamJsonVersion = 1;

// Both without the newline.
[[nodiscard]] std::string stream_json_first_line(std::string_view session_id);
[[nodiscard]] std::string stream_json_line(const AgentEvent& event);

}  // namespace sandport

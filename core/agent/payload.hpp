// Writes the payloads of the loop's events (core/session/event.hpp).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/model.hpp"

namespace sandport::payload {

// Texts named *_json are JSON and go in as they are.
[[nodiscard]] std::string message(std::string_view message_json);
[[nodiscard]] std::string step(std::uint64_t step);
// `orphaned`: ids of calls that ran for an attempt that failed, and are not in the model's reply.
[[nodiscard]] std::string assistant_message(std::string_view message_json, const Usage& usage,
                                            std::string_view finish_reason, std::string_view model,
                                            const std::vector<std::string>& orphaned);
[[nodiscard]] std::string tool_call_started(std::string_view id, std::string_view name,
                                            std::string_view arguments_json);
struct ToolCallResult {
  std::string_view id;
  std::string_view name;
  std::string_view message_json;
  std::string_view structured_json;  // or empty
  std::int64_t duration_ms = 0;
  bool started = false;
  bool truncated = false;
};
[[nodiscard]] std::string tool_call_finished(const ToolCallResult& result);
[[nodiscard]] std::string tool_call_interrupted(const ToolCallResult& result);
[[nodiscard]] std::string permission_requested(std::string_view id, std::string_view name,
                                               std::string_view rule);
[[nodiscard]] std::string permission_decided(std::string_view id, std::string_view name,
                                             std::string_view decision, std::string_view rule,
                                             std::string_view feedback,
                                             const std::vector<std::string>& session_rules);
[[nodiscard]] std::string step_retry(std::uint64_t step, std::uint32_t attempt,
                                     std::int64_t wait_ms, std::string_view error);
[[nodiscard]] std::string step_failed(std::uint64_t step, std::string_view error,
                                      std::string_view code);
[[nodiscard]] std::string limit_reached(std::string_view key, std::string_view message);
[[nodiscard]] std::string turn_finished(std::string_view reason, std::string_view message,
                                        std::uint64_t steps, const Usage& usage);

}  // namespace sandport::payload

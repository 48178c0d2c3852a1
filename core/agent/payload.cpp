#include "core/agent/payload.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace sandport::payload {
namespace {

using Json = nlohmann::ordered_json;

// A JSON string literal. Messages are JSON already: building the text around them spares parsing
// each of them again for every event.
std::string quote(std::string_view text) {
  return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string usage_json(const Usage& usage) {
  return fmt::format(
      R"({{"input_tokens":{},"output_tokens":{},"cached_input_tokens":{},"reasoning_tokens":{}}})",
      usage.input_tokens, usage.output_tokens, usage.cached_input_tokens, usage.reasoning_tokens);
}

std::string head_of_result(const ToolCallResult& result) {
  return fmt::format(R"({{"id":{},"name":{},"message":{},"started":{})", quote(result.id),
                     quote(result.name), result.message_json, result.started);
}

}  // namespace

std::string message(std::string_view message_json) {
  return fmt::format(R"({{"message":{}}})", message_json);
}

std::string step(std::uint64_t step) { return fmt::format(R"({{"step":{}}})", step); }

std::string assistant_message(std::string_view message_json, const Usage& usage,
                              std::string_view finish_reason, std::string_view model,
                              const std::vector<std::string>& orphaned) {
  std::string text = fmt::format(R"({{"message":{},"usage":{},"finish_reason":{})", message_json,
                                 usage_json(usage), quote(finish_reason));
  if (!model.empty()) text += fmt::format(R"(,"model":{})", quote(model));
  if (!orphaned.empty()) text += fmt::format(R"(,"orphaned":{})", Json(orphaned).dump());
  return text + "}";
}

std::string tool_call_started(std::string_view id, std::string_view name,
                              std::string_view arguments_json) {
  return fmt::format(R"({{"id":{},"name":{},"arguments":{}}})", quote(id), quote(name),
                     arguments_json);
}

std::string tool_call_finished(const ToolCallResult& result) {
  std::string text = head_of_result(result);
  text += fmt::format(R"(,"truncated":{},"duration_ms":{})", result.truncated, result.duration_ms);
  if (!result.structured_json.empty()) {
    text += fmt::format(R"(,"structured":{})", result.structured_json);
  }
  return text + "}";
}

std::string tool_call_interrupted(const ToolCallResult& result) {
  return head_of_result(result) + "}";
}

std::string permission_requested(std::string_view id, std::string_view name,
                                 std::string_view rule) {
  return fmt::format(R"({{"id":{},"name":{},"rule":{}}})", quote(id), quote(name), quote(rule));
}

std::string permission_decided(std::string_view id, std::string_view name,
                               std::string_view decision, std::string_view rule,
                               std::string_view feedback,
                               const std::vector<std::string>& session_rules) {
  std::string text = fmt::format(R"({{"id":{},"name":{},"decision":{},"rule":{})", quote(id),
                                 quote(name), quote(decision), quote(rule));
  if (!feedback.empty()) text += fmt::format(R"(,"feedback":{})", quote(feedback));
  if (!session_rules.empty()) {
    text += fmt::format(R"(,"session_rules":{})", Json(session_rules).dump());
  }
  return text + "}";
}

std::string step_retry(std::uint64_t step, std::uint32_t attempt, std::int64_t wait_ms,
                       std::string_view error) {
  return fmt::format(R"({{"step":{},"attempt":{},"wait_ms":{},"error":{}}})", step, attempt,
                     wait_ms, quote(error));
}

std::string step_failed(std::uint64_t step, std::string_view error, std::string_view code) {
  return fmt::format(R"({{"step":{},"error":{},"code":{}}})", step, quote(error), quote(code));
}

std::string limit_reached(std::string_view key, std::string_view message) {
  return fmt::format(R"({{"limit":{},"key":{}}})", quote(message), quote(key));
}

std::string turn_finished(std::string_view reason, std::string_view message, std::uint64_t steps,
                          const Usage& usage) {
  return fmt::format(R"({{"reason":{},"message":{},"steps":{},"usage":{}}})", quote(reason),
                     quote(message), steps, usage_json(usage));
}

}  // namespace sandport::payload

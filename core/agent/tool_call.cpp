#include "core/agent/tool_call.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "core/agent/invocation.hpp"
#include "core/model/message.hpp"
#include "core/model/reply_message.hpp"
#include "core/tool/toolset.hpp"

namespace sandport {
namespace {

std::string timeout_text(const LoopState& loop) {
  return fmt::format(
      "The call was stopped because it took longer than {}; agent.tool_timeout sets this.",
      duration_text(loop.config.limits.tool_timeout));
}

}  // namespace

std::string call_key(std::string_view name, std::string_view arguments) {
  return fmt::format("{}\n{}", name, canonical_arguments(arguments));
}

std::string duration_text(std::chrono::milliseconds duration) {
  if (duration.count() < 1000) return fmt::format("{}ms", duration.count());
  return fmt::format("{:g}s", static_cast<double>(duration.count()) / 1000);
}

void ToolCall::finish_with(CallEnd how, std::string_view text) {
  end = how;
  output.content = text_content(text);
  message = tool_message(id, output.content, ToolMessageKind::kError);
  stage = CallStage::kDone;
}

void ToolCall::finish_with(const LoopState& loop, CallEnd how, ToolResult result) {
  end = how;
  structured = loop.redact(std::move(result.structured));
  if (!structured.empty() && !nlohmann::json::accept(structured)) structured.clear();
  const AgentLimits& limits = loop.config.limits;
  output = show_output(loop.redact(std::move(result.content)), structured,
                       {limits.max_tool_output, limits.max_tool_media});
  message =
      tool_message(id, output.content,
                   how == CallEnd::kSucceeded ? ToolMessageKind::kResult : ToolMessageKind::kError);
  stage = CallStage::kDone;
}

void ToolCall::run(LoopState& loop, const boost::asio::any_io_executor& executor,
                   std::shared_ptr<void> keep) {
  stage = CallStage::kRunning;
  started_at = loop.clock().now();
  ToolCallContext context;
  context.session_id = loop.config.log->session_id();
  context.call_id = id;
  context.work_dir = loop.config.work_dir;
  context.timeout = loop.config.limits.tool_timeout;
  context.sandbox = loop.config.sandbox;
  context.state = loop.memory.get();
  invocation = std::make_shared<Invocation>(loop, id);
  Invocation::start(invocation, executor, *entry->toolset, name, arguments, std::move(context),
                    std::move(keep));
}

void ToolCall::cancel(const LoopState& loop, Cause cause, std::string text) {
  if (stage != CallStage::kRunning || cancel_cause != Cause::kNone) return;
  cancel_cause = cause;
  cancel_text = std::move(text);
  cancelled_at = loop.clock().now();
  invocation->cancel();
}

void ToolCall::advance(const LoopState& loop) {
  if (stage != CallStage::kRunning) return;
  const auto now = loop.clock().now();
  if (!invocation->done() && cancel_cause == Cause::kNone && now >= deadline(loop)) {
    cancel(loop, Cause::kTimeout, timeout_text(loop));
  }
  if (invocation->done()) {
    take_result(loop);
  } else if (cancel_cause != Cause::kNone && now >= deadline(loop)) {
    abandon();
  } else {
    return;
  }
  duration = std::chrono::duration_cast<std::chrono::milliseconds>(now - started_at);
  invocation.reset();
}

void ToolCall::take_result(const LoopState& loop) {
  if (const std::optional<Error> failure = invocation->failure()) {
    if (cancel_cause == Cause::kNone) {
      finish_with(CallEnd::kFailed, loop.redact(failure->what()));
    } else {
      finish_with(cancel_cause == Cause::kTimeout ? CallEnd::kFailed : CallEnd::kInterrupted,
                  cancel_text);
    }
    return;
  }
  ToolResult result = std::move(invocation->result());
  CallEnd how = result.outcome == ToolOutcome::kSucceeded ? CallEnd::kSucceeded : CallEnd::kFailed;
  if (cancel_cause == Cause::kTimeout) {
    // A tool that was told to stop may still say how far it came.
    nlohmann::ordered_json parts = nlohmann::ordered_json::parse(result.content, nullptr, false);
    if (!parts.is_array()) parts = nlohmann::ordered_json::array();
    parts.push_back({{"type", "text"}, {"text", cancel_text}});
    result.content = parts.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    how = CallEnd::kFailed;
  }
  finish_with(loop, how, std::move(result));
}

void ToolCall::abandon() {
  invocation->detach();
  finish_with(cancel_cause == Cause::kTimeout ? CallEnd::kFailed : CallEnd::kInterrupted,
              fmt::format("{} It has not stopped: it may still be running.", cancel_text));
}

Clock::TimePoint ToolCall::deadline(const LoopState& loop) const {
  if (stage != CallStage::kRunning) return Clock::TimePoint::max();
  return cancel_cause == Cause::kNone
             ? deadline_after(started_at, loop.config.limits.tool_timeout)
             : deadline_after(cancelled_at, loop.config.limits.cancel_grace);
}

}  // namespace sandport

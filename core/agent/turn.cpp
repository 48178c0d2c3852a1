#include "core/agent/turn.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/agent/payload.hpp"
#include "core/agent/tool_call.hpp"
#include "core/session/transcript.hpp"

namespace sandport {

Task<TurnResult> Turn::run(MessageText user) {
  loop_->turn_deadline = deadline_after(loop_->clock().now(), loop_->config.limits.max_time);
  loop_->emit(TurnStarted{++loop_->turns});
  add_queued_messages();
  if (user) add_user_message(std::move(user));
  while (before_step() == Next::kStep) {
    ++loop_->step;
    Step step(loop_, executor_);
    StepResult done = co_await step.run();
    if (after_step(done) == Next::kEnd) break;
    add_queued_messages();
  }
  co_await finish();
  co_return std::move(result_);
}

void Turn::add_user_message(MessageText message) {
  loop_->record(event_type::kUserMessage, payload::message(*message));
  loop_->emit(UserMessageAdded{*message});
  loop_->messages.push_back(std::move(message));
}

void Turn::add_queued_messages() {
  for (MessageText& message : std::exchange(loop_->queued, {})) {
    add_user_message(std::move(message));
  }
}

Turn::Next Turn::before_step() {
  const AgentLimits& limits = loop_->config.limits;
  if (loop_->interrupted) {
    result_.end = TurnEnd::kInterrupted;
    result_.message = "interrupted";
    return Next::kEnd;
  }
  if (limits.max_steps > 0 && loop_->step >= limits.max_steps) {
    end_at_limit(
        "agent.max_steps",
        fmt::format("stopped after {} steps; raise agent.max_steps to go further", loop_->step));
    return Next::kEnd;
  }
  const std::uint64_t tokens = result_.usage.input_tokens + result_.usage.output_tokens;
  if (limits.max_tokens > 0 && tokens >= limits.max_tokens) {
    end_at_limit("agent.max_tokens",
                 fmt::format("stopped after {} tokens of {}; raise agent.max_tokens to go further",
                             tokens, limits.max_tokens));
    return Next::kEnd;
  }
  if (loop_->clock().now() >= loop_->turn_deadline) {
    end_at_limit("agent.max_time",
                 fmt::format("stopped after {}; raise agent.max_time to go further",
                             duration_text(limits.max_time)));
    return Next::kEnd;
  }
  return Next::kStep;
}

Turn::Next Turn::after_step(StepResult& step) {
  count(step);
  switch (step.end) {
    case StepEnd::kInterrupted:
      result_.end = TurnEnd::kInterrupted;
      result_.message = "interrupted";
      return Next::kEnd;
    case StepEnd::kTimeUp: {
      const std::string why = step.error ? fmt::format(" ({})", step.error->what()) : "";
      end_at_limit("agent.max_time",
                   fmt::format("stopped after {}{}; raise agent.max_time to go further",
                               duration_text(loop_->config.limits.max_time), why));
      return Next::kEnd;
    }
    case StepEnd::kFailed:
      result_.end = TurnEnd::kFailed;
      result_.error = std::move(step.error);
      if (result_.error) result_.message = result_.error->what();
      return Next::kEnd;
    case StepEnd::kDenied:
      result_.end = TurnEnd::kDenied;
      result_.message = "stopped because a tool call was denied";
      return Next::kEnd;
    case StepEnd::kRested:
      if (step.finish_reason == "length" || step.finish_reason == "content_filter") {
        end_cut_off();
        return Next::kEnd;
      }
      if (!loop_->queued.empty()) return Next::kStep;
      result_.end = TurnEnd::kFinished;
      return Next::kEnd;
    case StepEnd::kCalled:
      return repeats_itself(step) ? Next::kEnd : Next::kStep;
  }
  return Next::kEnd;
}

void Turn::count(const StepResult& step) {
  result_.steps = loop_->step;
  result_.text = step.text;
  result_.finish_reason = step.finish_reason;
  result_.usage.input_tokens += step.usage.input_tokens;
  result_.usage.output_tokens += step.usage.output_tokens;
  result_.usage.cached_input_tokens += step.usage.cached_input_tokens;
  result_.usage.reasoning_tokens += step.usage.reasoning_tokens;
}

void Turn::end_at_limit(std::string key, std::string message) {
  loop_->record(event_type::kLimitReached, payload::limit_reached(key, message));
  loop_->emit(LimitReached{key, message});
  result_.end = TurnEnd::kLimitReached;
  result_.limit_key = std::move(key);
  result_.message = std::move(message);
}

void Turn::end_cut_off() {
  result_.end = TurnEnd::kCutOff;
  if (result_.finish_reason == "length") {
    result_.limit_key = "agent.max_output_tokens";
    result_.message =
        "the reply was cut off at the model's output limit; raise agent.max_output_tokens, or ask "
        "it to go on";
  } else {
    result_.message = "the reply was cut off by the provider's content filter";
  }
}

bool Turn::repeats_itself(const StepResult& step) {
  const std::uint32_t limit = loop_->config.limits.max_identical_calls;
  std::unordered_map<std::string, std::uint32_t> streaks;
  std::uint32_t longest = 0;
  for (const std::string& key : step.call_keys) {
    const auto before = streaks_.find(key);
    const std::uint32_t streak = before == streaks_.end() ? 1 : before->second + 1;
    streaks[key] = streak;
    longest = std::max(longest, streak);
  }
  streaks_ = std::move(streaks);
  if (limit == 0 || longest < limit) return false;
  const auto worst = std::find_if(streaks_.begin(), streaks_.end(),
                                  [longest](const auto& entry) { return entry.second == longest; });
  end_at_limit(
      "agent.max_identical_calls",
      fmt::format("stopped because the model made the same call of {} in {} steps running; "
                  "raise agent.max_identical_calls to let it",
                  worst->first.substr(0, worst->first.find('\n')), longest));
  return true;
}

Task<void> Turn::finish() {
  loop_->record(event_type::kTurnFinished,
                payload::turn_finished(turn_end_name(result_.end), result_.message, result_.steps,
                                       result_.usage));
  co_await loop_->flush();
  loop_->emit(
      TurnFinished{result_.end, result_.message, result_.text, result_.steps, result_.usage});
}

}  // namespace sandport

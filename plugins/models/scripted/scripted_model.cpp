#include "scripted_model.hpp"

#include <sandport/json_text.hpp>

#include <utility>

#include "expectation.hpp"
#include "reply.hpp"

namespace scripted {

using sandport::Error;
using sandport::Retry;
using sandport::Task;

// What the request says, read before the first wait.
struct ScriptedModel::Step {
  const Turn* turn = nullptr;
  std::uint64_t number = 0;  // of the reply, from 1
  Position position;
  bool fails = false;
};

namespace {

// Streams text until `budget` bytes have gone, when there is one.
class Streamer {
 public:
  Streamer(sandport::Host host, const Script& script, sandport::ChatSink& sink)
      : host_(host), script_(script), sink_(sink) {}

  void limit(std::uint64_t bytes) { left_ = bytes; }

  Task<void> reasoning(const std::string& text) {
    for (const auto piece : pieces(text, script_.chunk_size)) {
      if (const auto part = take(piece); !part.empty()) co_await sink_.reasoning(part);
      co_await pause();
    }
  }

  Task<void> text(const std::string& text) {
    for (const auto piece : pieces(text, script_.chunk_size)) {
      if (const auto part = take(piece); !part.empty()) co_await sink_.text(part);
      co_await pause();
    }
  }

  Task<void> call(std::int64_t index, const Call& call) {
    sandport::ToolCallDelta delta;
    delta.index = index;
    delta.id = call.id;
    delta.name = call.name;
    for (const auto piece : pieces(call.arguments, script_.chunk_size)) {
      delta.arguments = piece;
      co_await sink_.tool_call(delta);
      delta.id.clear();
      delta.name.clear();
      co_await pause();
    }
    delta.arguments.clear();
    delta.complete = true;
    co_await sink_.tool_call(delta);
  }

 private:
  std::string_view take(std::string_view piece) {
    const auto part = piece.substr(0, left_);
    left_ -= part.size();
    return part;
  }

  Task<void> pause() const {
    if (script_.chunk_delay.count() > 0) co_await sandport::sleep_for(host_, script_.chunk_delay);
  }

  sandport::Host host_;
  const Script& script_;
  sandport::ChatSink& sink_;
  std::uint64_t left_ = UINT64_MAX;
};

[[noreturn]] void fail(const Fault& fault) {
  throw Error(fault.code, fault.message, fault.reason, fault.retryable ? Retry::kYes : Retry::kNo,
              fault.retry_after);
}

}  // namespace

ScriptedModel::Step ScriptedModel::next_step(const sandport::ChatRequest& request) {
  std::vector<sp_str> messages;
  messages.reserve(request.message_count());
  for (std::size_t i = 0; i < request.message_count(); ++i) {
    messages.push_back(sandport::to_str(request.message(i)));
  }
  Step step;
  step.position = positions_.advance(request.session_id(), messages);
  step.number = step.position.replies + 1;
  step.turn = script_.turn(step.position.replies);
  if (step.turn == nullptr) {
    throw Error(SP_FAILED_PRECONDITION,
                "the script is over: it has " + std::to_string(script_.turns.size()) +
                    " turns and this is reply " + std::to_string(step.number) +
                    "; add a turn, or set repeat to last or loop",
                "SCRIPT_OVER");
  }
  if (!step.turn->expectations.empty()) {
    const auto results = latest_results(messages);
    for (const Expectation& expectation : step.turn->expectations) {
      const std::string complaint = unmet(expectation, results);
      if (complaint.empty()) continue;
      throw Error(SP_FAILED_PRECONDITION,
                  "turn " + std::to_string(step.number) + " of the script: " + complaint,
                  "EXPECTATION_FAILED");
    }
  }
  const auto& fault = step.turn->fault;
  step.fails = fault && (fault->times == 0 || step.position.attempts < fault->times);
  return step;
}

Task<std::string> ScriptedModel::chat(sandport::ChatRequest request, sandport::ChatSink& sink) {
  const Step step = next_step(request);  // the request is gone after the first wait
  co_return co_await reply(step, sink);
}

Task<std::string> ScriptedModel::reply(Step step, sandport::ChatSink& sink) const {
  const Turn& turn = *step.turn;
  if (turn.delay.count() > 0) co_await sandport::sleep_for(host_, turn.delay);
  Streamer streamer(host_, script_, sink);
  if (step.fails) streamer.limit(turn.fault->after_bytes);
  if (turn.reasoning) co_await streamer.reasoning(*turn.reasoning);
  co_await streamer.text(turn.text);
  if (step.fails) fail(*turn.fault);
  if (turn.text.empty() && turn.calls.empty()) {
    throw Error(SP_UNAVAILABLE, "the scripted reply " + std::to_string(step.number) + " is empty",
                "EMPTY_REPLY", Retry::kYes);
  }
  const auto calls = calls_of(turn, step.position.replies);
  for (std::size_t i = 0; i < calls.size(); ++i) {
    co_await streamer.call(static_cast<std::int64_t>(i), calls[i]);
  }
  const std::string usage = usage_of(turn, step.position.bytes);
  co_await sink.usage(usage);
  co_return result_of(turn, calls, usage, script_.model);
}

Task<std::string> ScriptedModel::models() {
  co_return sandport::JsonArray{}
      .raw(sandport::JsonObject{}.text("id", script_.model).take())
      .take();
}

}  // namespace scripted

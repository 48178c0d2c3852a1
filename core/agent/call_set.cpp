#include "core/agent/call_set.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/agent/invocation.hpp"
#include "core/agent/payload.hpp"
#include "core/agent/question.hpp"

namespace sandport {
namespace {

constexpr std::string_view kCutArguments =
    "Your reply was cut off at the output limit in the middle of this call's arguments, so it was "
    "not run. Make the arguments shorter, for instance by writing a large file in parts.";

}  // namespace

CallSet::CallSet(LoopState& loop, boost::asio::any_io_executor executor, std::shared_ptr<void> keep)
    : loop_(loop), executor_(std::move(executor)), keep_(std::move(keep)) {}

CallSet::~CallSet() {
  if (question_) question_->detach();
  for (const auto& call : calls_) {
    if (call->invocation) call->invocation->detach();
  }
}

void CallSet::request(const RequestedCall& wish) {
  ToolCall* call = find_equal(wish, false);
  if (call == nullptr) call = &add(wish);
  call->streamed = true;
}

void CallSet::release() {
  for (const auto& call : calls_) call->streamed = false;
}

ToolCall& CallSet::add(const RequestedCall& wish) {
  auto call = std::make_unique<ToolCall>();
  call->id = unique_id(wish.id);
  call->model_id = wish.id;
  call->name = wish.name;
  call->arguments = wish.arguments;
  call->key = call_key(wish.name, wish.arguments);
  calls_.push_back(std::move(call));
  ToolCall& added = *calls_.back();
  loop_.emit(ToolCallRequested{added.id, added.name, loop_.shown(added.arguments)});
  if (wish.error.empty()) decide(added);
  return added;
}

std::string CallSet::unique_id(const std::string& wanted) const {
  const auto taken = [this](const std::string& id) {
    return std::any_of(calls_.begin(), calls_.end(),
                       [&id](const auto& call) { return call->id == id; });
  };
  const std::string base =
      wanted.empty() ? fmt::format("call_{}_{}", loop_.step, calls_.size() + 1) : wanted;
  std::string id = base;
  for (int n = 2; taken(id); ++n) id = fmt::format("{}-{}", base, n);
  return id;
}

ToolCall* CallSet::find_equal(const RequestedCall& wish, bool for_reply) {
  const std::string key = call_key(wish.name, wish.arguments);
  ToolCall* found = nullptr;
  int found_rank = -1;
  for (const auto& call : calls_) {
    if (call->key != key || (for_reply ? call->in_reply : call->streamed)) continue;
    const int rank = (call->streamed ? 2 : 0) + (call->model_id == wish.id ? 1 : 0);
    if (rank > found_rank) {
      found = call.get();
      found_rank = rank;
    }
  }
  return found;
}

std::vector<std::string> CallSet::settle(std::vector<RequestedCall>& wishes, ReplyEnd end) {
  for (RequestedCall& wish : wishes) {
    ToolCall* call = wish.error.empty() ? find_equal(wish, true) : nullptr;
    if (call == nullptr) {
      call = &add(wish);
      if (!wish.error.empty()) {
        const bool last = &wish == &wishes.back();
        call->finish_with(
            CallEnd::kFailed,
            end == ReplyEnd::kCut && last
                ? std::string(kCutArguments)
                : fmt::format("The call was not run: {}. Call again with one JSON object.",
                              wish.error));
      }
    }
    call->in_reply = true;
    wish.id = call->id;
    order_.push_back(call);
  }
  std::vector<std::string> orphaned;
  append_started(wishes, orphaned);
  return orphaned;
}

std::vector<RequestedCall> CallSet::settle_without_reply() {
  std::vector<RequestedCall> wishes;
  std::vector<std::string> ignored;
  for (const auto& call : calls_) {
    if (!call->streamed && !call->started) continue;
    call->in_reply = true;
    order_.push_back(call.get());
    wishes.push_back({call->id, call->name, call->arguments, {}});
  }
  append_started(wishes, ignored);
  return wishes;
}

void CallSet::append_started(std::vector<RequestedCall>& wishes, std::vector<std::string>& ids) {
  for (const auto& call : calls_) {
    if (call->in_reply || !call->started) continue;
    call->in_reply = true;
    order_.push_back(call.get());
    wishes.push_back({call->id, call->name, call->arguments, {}});
    ids.push_back(call->id);
  }
  if (asked_ != nullptr && !asked_->in_reply) {
    question_->cancel();
    asked_ = nullptr;
  }
  std::erase_if(calls_, [](const auto& call) { return !call->in_reply; });
  settled_ = true;
}

bool CallSet::arguments_fit(ToolCall& call) const {
  if (!loop_.config.check_arguments) return true;
  const auto wrong =
      loop_.config.check_arguments(*call.entry->definition, nlohmann::json::parse(call.arguments));
  if (!wrong) return true;
  call.finish_with(CallEnd::kFailed,
                   fmt::format("The call was not run: its arguments do not fit the schema of `{}`: "
                               "{}",
                               call.name, *wrong));
  return false;
}

void CallSet::decide(ToolCall& call) {
  const LoopState& loop = loop_;
  if (refusing_) {
    call.finish_with(refusal_, refusal_text_);
    return;
  }
  call.entry = loop.config.tools->find(call.name);
  if (call.entry == nullptr) {
    call.finish_with(CallEnd::kFailed, loop.config.tools->unknown_tool(call.name));
    return;
  }
  if (!arguments_fit(call)) return;
  const bool attended = loop.config.approver != nullptr;
  call.decision = loop.permissions.decide(
      call.name, call.arguments, attended ? Attendance::kAttended : Attendance::kUnattended);
  if (call.decision.action == Action::kAllow) {
    call.stage = CallStage::kPermitted;
  } else if (call.decision.action == Action::kDeny || !attended) {
    call.finish_with(CallEnd::kFailed,
                     fmt::format("The call was not run: {} Do not try to get around this.",
                                 call.decision.reason));
    record_decision(call, "deny", {});
  }
}

void CallSet::record_decision(const ToolCall& call, std::string_view decision,
                              std::string_view feedback,
                              const std::vector<std::string>& session_rules) {
  const std::string& rule = call.decision.rule;
  loop_.record(
      event_type::kPermissionDecided,
      payload::permission_decided(call.id, call.name, decision, rule, feedback, session_rules));
  loop_.emit(PermissionGiven{call.id, call.name, decision, rule, feedback});
}

void CallSet::advance() {
  for (const auto& call : calls_) call->advance(loop_);
  take_answer();
  if (!refusing_) {
    ask_next();
    start_permitted();
  }
  record_results();
}

void CallSet::ask_next() {
  if (question_) return;
  const auto next = std::find_if(calls_.begin(), calls_.end(), [](const auto& call) {
    return call->stage == CallStage::kUndecided && call->wanted();
  });
  if (next == calls_.end()) return;
  asked_ = next->get();
  asked_->stage = CallStage::kAsking;
  question_ = std::make_shared<Question>(loop_);
  question_prepared_ = true;
  loop_.record(event_type::kPermissionRequested,
               payload::permission_requested(asked_->id, asked_->name, asked_->decision.rule));
}

void CallSet::take_answer() {
  if (!question_) return;
  if (!question_->done()) {
    if (loop_.clock().now() < question_->deadline()) return;
    question_->detach();
    question_.reset();
    asked_ = nullptr;
    return;
  }
  const std::shared_ptr<Question> question = std::exchange(question_, nullptr);
  ToolCall* call = std::exchange(asked_, nullptr);
  if (call == nullptr || call->stage != CallStage::kAsking) return;
  PermissionAnswer answer = question->answer();
  if (const auto failure = question->failure()) {
    answer = PermissionAnswer();
    answer.feedback = fmt::format("nobody could be asked: {}", failure->what());
  }
  if (answer.approval == Approval::kDeny) {
    deny(*call, answer);
    return;
  }
  allow(*call, answer);
}

void CallSet::allow(ToolCall& call, const PermissionAnswer& answer) {
  call.stage = CallStage::kPermitted;
  const std::vector<std::string>& rules =
      answer.session_rules.empty() ? call.decision.session_rules : answer.session_rules;
  if (answer.approval == Approval::kOnce || rules.empty()) {
    record_decision(call, "allow", {});
    return;
  }
  try {
    loop_.permissions.approve(rules);
    record_decision(call, "allow_session", {}, rules);
  } catch (const Error& error) {
    record_decision(call, "allow", error.what());
  }
  // What else waits to be asked about may be allowed now.
  for (const auto& other : calls_) {
    if (other->stage == CallStage::kUndecided) decide(*other);
  }
}

void CallSet::deny(ToolCall& call, const PermissionAnswer& answer) {
  record_decision(call, "deny", answer.feedback);
  if (!answer.feedback.empty()) {
    call.finish_with(CallEnd::kFailed,
                     fmt::format("The call was not run, the user denied it: {}", answer.feedback));
    return;
  }
  call.finish_with(CallEnd::kFailed, "The call was not run: the user denied it.");
  denied_ = true;
  refuse(CallEnd::kFailed, "The call was not run: the user denied another call and stopped here.");
}

void CallSet::start_permitted() {
  auto running =
      static_cast<std::size_t>(std::count_if(calls_.begin(), calls_.end(), [](const auto& call) {
        return call->stage == CallStage::kRunning || call->stage == CallStage::kStarting;
      }));
  const std::size_t limit = loop_.config.limits.max_parallel_tools;
  for (const auto& call : calls_) {
    if (limit > 0 && running >= limit) return;
    if (call->stage != CallStage::kPermitted || !call->wanted()) continue;
    call->stage = CallStage::kStarting;
    call->started = true;
    loop_.record(event_type::kToolCallStarted,
                 payload::tool_call_started(call->id, call->name, call->arguments));
    starting_.push_back(call.get());
    ++running;
  }
}

void CallSet::launch() {
  for (ToolCall* call : std::exchange(starting_, {})) {
    if (loop_.interrupted) {
      call->finish_with(CallEnd::kInterrupted, "The call was not run: the user interrupted.");
      continue;
    }
    loop_.emit(ToolCallStarted{call->id, call->name});
    call->run(loop_, executor_, keep_);
  }
  if (!std::exchange(question_prepared_, false)) return;
  if (loop_.interrupted) {
    question_.reset();
    return;
  }
  loop_.emit(PermissionAsked{asked_->id, asked_->name, asked_->decision.rule});
  PermissionRequest request;
  request.session_id = loop_.config.log->session_id();
  request.call_id = asked_->id;
  request.tool = asked_->name;
  request.arguments = asked_->arguments;
  request.rule = asked_->decision.rule;
  request.reason = asked_->decision.reason;
  request.session_rules = asked_->decision.session_rules;
  Question::ask(question_, executor_, std::move(request), keep_);
}

void CallSet::refuse(CallEnd how, std::string text) {
  refusing_ = true;
  refusal_ = how;
  refusal_text_ = std::move(text);
  for (const auto& call : calls_) {
    if (!call->done() && call->stage != CallStage::kRunning) {
      call->finish_with(refusal_, refusal_text_);
    }
  }
  starting_.clear();
  asked_ = nullptr;
  if (question_) question_->cancel();
}

void CallSet::stop(std::string text) {
  for (const auto& call : calls_) call->cancel(loop_, ToolCall::Cause::kStopped, text);
  refuse(CallEnd::kInterrupted, std::move(text));
}

void CallSet::record_results() {
  for (const auto& call : calls_) {
    // Only a call that has started may be in the log before the reply that asks for it.
    if (call->done() && !call->recorded && (call->started || settled_)) record_result(*call);
  }
}

void CallSet::record_result(ToolCall& call) {
  call.recorded = true;
  for (Event& change : loop_.memory->take_changes()) loop_.outbox.push_back(std::move(change));
  payload::ToolCallResult result;
  result.id = call.id;
  result.name = call.name;
  result.message_json = *call.message;
  result.structured_json = call.structured;
  result.duration_ms = call.duration.count();
  result.started = call.started;
  result.truncated = call.output.truncated;
  if (call.end == CallEnd::kInterrupted) {
    loop_.record(event_type::kToolCallInterrupted, payload::tool_call_interrupted(result));
  } else {
    loop_.record(event_type::kToolCallFinished, payload::tool_call_finished(result),
                 std::move(call.output.whole));
  }
  loop_.emit(ToolCallFinished{call.id, call.name, call.end, call.output.content, call.duration,
                              call.output.truncated ? OutputCut::kTruncated : OutputCut::kWhole});
}

bool CallSet::done() const {
  return !question_ && std::all_of(calls_.begin(), calls_.end(), [this](const auto& call) {
    return call->done() && (call->recorded || !settled_);
  });
}

Clock::TimePoint CallSet::deadline() const {
  Clock::TimePoint first = question_ ? question_->deadline() : Clock::TimePoint::max();
  for (const auto& call : calls_) first = std::min(first, call->deadline(loop_));
  return first;
}

}  // namespace sandport

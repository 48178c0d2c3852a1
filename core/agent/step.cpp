#include "core/agent/step.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <utility>

#include "core/agent/payload.hpp"
#include "core/agent/retry.hpp"

namespace sandport {
namespace {

bool is_cut(std::string_view finish_reason) {
  return finish_reason == "length" || finish_reason == "content_filter";
}

Error empty_reply() {
  return {Code::kUnavailable, "the model's reply was empty", Retry::kYes,
          std::chrono::milliseconds{0}, kEmptyReply};
}

Error silence(std::chrono::milliseconds idle) {
  return {Code::kDeadlineExceeded,
          fmt::format("the model sent nothing for {}; raise agent.model_idle_timeout if it needs "
                      "longer",
                      duration_text(idle)),
          Retry::kYes};
}

}  // namespace

Step::Step(std::shared_ptr<LoopState> loop, boost::asio::any_io_executor executor)
    : shared_(std::move(loop)),
      loop_(*shared_),
      executor_(std::move(executor)),
      calls_(loop_, executor_, shared_),
      retry_at_(loop_.clock().now()) {}

Task<StepResult> Step::run() {
  loop_.record(event_type::kStepStarted, payload::step(loop_.step));
  std::exception_ptr failure;
  try {
    co_await drive();
  } catch (...) {
    failure = std::current_exception();
  }
  if (failure) {
    // Nothing can be recorded any more, so nothing may go on.
    stop(StepEnd::kFailed, "the session could not be written");
    while (!done()) {
      co_await loop_.wakeup->wait(deadline());
      advance_model();
      calls_.advance();
    }
    loop_.outbox.clear();
    std::rethrow_exception(failure);
  }
  commit_messages();
  co_return std::move(result_);
}

Task<void> Step::drive() {
  co_await loop_.flush();
  loop_.emit(StepStarted{loop_.step});
  while (true) {
    check_stop();
    advance_model();
    calls_.advance();
    // What is left in the outbox then goes with the next step's or the turn's own events.
    if (done()) co_return;
    co_await loop_.flush();
    calls_.launch();
    co_await loop_.wakeup->wait(deadline());
  }
}

void Step::check_stop() {
  if (stopping_) return;
  if (loop_.interrupted) {
    stop(StepEnd::kInterrupted, "the user interrupted");
  } else if (loop_.clock().now() >= loop_.turn_deadline) {
    stop(StepEnd::kTimeUp, "the turn's time was over (agent.max_time)");
  }
}

void Step::stop(StepEnd end, std::string_view why) {
  stopping_ = true;
  result_.end = end;
  stop_reason_ = end == StepEnd::kInterrupted ? "interrupted" : "stopped";
  if (stream_) stream_->cancel(Error(Code::kCancelled, std::string(why)));
  calls_.stop(fmt::format(
      "This call was stopped, {}: what it has done so far stands. It was not run again.", why));
}

void Step::advance_model() {
  if (replied_) return;
  if (!stream_) {
    if (stopping_) {
      settle_partial(stop_reason_);
    } else if (loop_.clock().now() >= retry_at_) {
      start_attempt();
    }
    return;
  }
  if (!stream_->cancelled()) {
    for (const RequestedCall& wish : stream_->take_complete_calls()) calls_.request(wish);
  }
  if (!stream_->done() && loop_.clock().now() >= stream_->deadline()) {
    if (stream_->cancelled()) {
      stream_->abandon();
    } else {
      stream_->cancel(silence(loop_.config.limits.model_idle_timeout));
    }
  }
  if (stream_->done()) take_reply();
}

void Step::start_attempt() {
  ++attempts_;
  ChatRequest request;
  request.session_id = loop_.config.log->session_id();
  request.messages = loop_.messages;
  request.tools = loop_.config.tools->json();
  const std::uint64_t output = loop_.config.limits.max_output_tokens;
  request.options = output > 0 ? fmt::format(R"({{"max_output_tokens":{}}})", output) : "{}";
  stream_ = std::make_unique<ReplyStream>(loop_);
  stream_->start(executor_, std::move(request), shared_);
}

void Step::take_reply() {
  if (stopping_) {
    settle_partial(stop_reason_);
    return;
  }
  if (const std::optional<Error> failure = stream_->failure()) {
    fail_attempt(*failure);
    return;
  }
  try {
    ReplyMessage message(stream_->reply().message);
    const bool empty = !message.has_text() && message.calls().empty();
    if (empty && !is_cut(stream_->reply().finish_reason)) {
      fail_attempt(empty_reply());
    } else {
      accept(std::move(message));
    }
  } catch (const Error& error) {
    fail_attempt(error);
  }
}

void Step::accept(ReplyMessage message) {
  ChatReply& reply = stream_->reply();
  result_.text = loop_.redact(message.text());
  result_.finish_reason = reply.finish_reason;
  result_.usage = reply.usage;
  const auto orphaned =
      calls_.settle(message.calls(), is_cut(reply.finish_reason) ? CallSet::ReplyEnd::kCut
                                                                 : CallSet::ReplyEnd::kWhole);
  for (const ToolCall* call : calls_.in_order()) result_.call_keys.push_back(call->key);
  record_reply(message, orphaned);
  result_.end = message.calls().empty() ? StepEnd::kRested : StepEnd::kCalled;
}

void Step::record_reply(const ReplyMessage& message, const std::vector<std::string>& orphaned) {
  replied_ = true;
  message_ = std::make_shared<const std::string>(message.json());
  const std::string& model = stream_ ? stream_->reply().model : std::string{};
  loop_.record(
      event_type::kAssistantMessage,
      payload::assistant_message(*message_, result_.usage, result_.finish_reason, model, orphaned));
  loop_.emit(ReplyFinished{loop_.step, loop_.shown(*message_), result_.finish_reason, model,
                           result_.usage});
  stream_.reset();
}

// What came before the end is kept: the text, and the calls that may have had effects.
void Step::settle_partial(std::string_view finish_reason) {
  std::string text = stream_ ? stream_->text() : std::string{};
  const std::string reasoning = stream_ ? stream_->reasoning() : std::string{};
  ReplyMessage message(text, reasoning, calls_.settle_without_reply());
  result_.text = loop_.redact(std::move(text));
  result_.finish_reason = finish_reason;
  if (message.has_text() || !message.calls().empty()) {
    record_reply(message, {});
  } else {
    replied_ = true;
    stream_.reset();
  }
}

void Step::fail_attempt(const Error& error) {
  const std::string reason = loop_.redact(error.what());
  const RetryLimits& limits = loop_.config.retry;
  stream_.reset();
  calls_.release();
  if (!is_worth_retrying(error) || attempts_ >= std::max(limits.max_attempts, 1U)) {
    give_up(StepEnd::kFailed, error);
    return;
  }
  if (error.retry_after() > limits.longest_asked) {
    give_up(StepEnd::kFailed, Error(error.code(),
                                    fmt::format("{}; the service asks to wait {}, longer than "
                                                "agent.model_retry_after_limit ({})",
                                                reason, duration_text(error.retry_after()),
                                                duration_text(limits.longest_asked)),
                                    Retry::kYes, error.retry_after(), error.reason()));
    return;
  }
  const double random = loop_.config.random ? loop_.config.random() : 0.5;
  const auto wait = retry_wait(limits, attempts_, error.retry_after(), random);
  retry_at_ = loop_.clock().now() + wait;
  if (retry_at_ >= loop_.turn_deadline) {
    give_up(StepEnd::kTimeUp, error);
    return;
  }
  loop_.record(event_type::kStepRetry,
               payload::step_retry(loop_.step, attempts_, wait.count(), reason));
  loop_.emit(RetryScheduled{loop_.step, attempts_, wait, reason});
}

// Calls that have started go on to their end: the model's trouble is no reason to break them.
void Step::give_up(StepEnd end, Error error) {
  stopping_ = true;
  result_.end = end;
  const std::string reason = loop_.redact(error.what());
  loop_.record(event_type::kStepFailed,
               payload::step_failed(loop_.step, reason, code_name(error.code())));
  result_.error.emplace(error.code(), reason, error.retryable() ? Retry::kYes : Retry::kNo,
                        error.retry_after(), error.reason());
  calls_.refuse(CallEnd::kInterrupted, "This call was not run: the model's reply never ended.");
  settle_partial("error");
}

bool Step::done() const { return replied_ && calls_.done(); }

Clock::TimePoint Step::deadline() const {
  Clock::TimePoint first = calls_.deadline();
  if (!stopping_) first = std::min(first, loop_.turn_deadline);
  if (replied_) return first;
  return std::min(first, stream_ ? stream_->deadline() : retry_at_);
}

void Step::commit_messages() {
  if (calls_.denied() && result_.end == StepEnd::kCalled) result_.end = StepEnd::kDenied;
  if (!message_) return;
  loop_.messages.push_back(message_);
  for (const ToolCall* call : calls_.in_order()) loop_.messages.push_back(call->message);
}

}  // namespace sandport

#include "core/agent/reply_stream.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <map>
#include <utility>

#include "core/agent/failure.hpp"
#include "core/agent/redacted_stream.hpp"

namespace sandport {
namespace asio = boost::asio;

// Shared with the coroutine of the model, which may outlive the attempt.
class ReplyStream::Collector final : public ReplyListener {
 public:
  explicit Collector(LoopState& loop)
      : loop_(&loop),
        last_event_(loop.clock().now()),
        shown_text_(loop.config.redactor),
        shown_reasoning_(loop.config.redactor) {}

  void on_text(std::string_view fragment) override {
    if (!heard() || fragment.empty()) return;
    text += fragment;
    show_reasoning(shown_reasoning_.flush());
    show_text(shown_text_.add(fragment));
  }

  void on_reasoning(std::string_view fragment) override {
    if (!heard() || fragment.empty()) return;
    reasoning += fragment;
    show_text(shown_text_.flush());
    show_reasoning(shown_reasoning_.add(fragment));
  }

  void on_tool_call(const ToolCallDelta& delta) override {
    if (!heard()) return;
    show_rest();
    Partial& call = partial_[delta.index];
    if (call.complete) return;
    if (call.id.empty()) call.id = delta.id;
    if (call.name.empty()) call.name = delta.name;
    call.arguments += delta.arguments;
    if (!delta.complete) return;
    call.complete = true;
    RequestedCall requested;
    if (!read_arguments(call.arguments, requested.arguments, requested.error)) return;
    requested.id = call.id;
    requested.name = call.name;
    complete.push_back(std::move(requested));
    loop_->wake();
  }

  // Nothing is told to the loop from here on: it may be gone.
  void detach() { loop_ = nullptr; }

  // Late fragments are not part of the reply.
  void silence() {
    if (!silenced_) show_rest();
    silenced_ = true;
  }

  void finish(std::exception_ptr thrown, ChatReply given) {
    if (!silenced_) show_rest();
    done = true;
    failure = std::move(thrown);
    reply = std::move(given);
    if (loop_ != nullptr) loop_->wake();
  }

  [[nodiscard]] Clock::TimePoint last_event() const { return last_event_; }

  asio::cancellation_signal cancel;
  bool done = false;
  std::exception_ptr failure;
  ChatReply reply;
  std::string text;
  std::string reasoning;
  std::vector<RequestedCall> complete;

 private:
  struct Partial {
    std::string id;
    std::string name;
    std::string arguments;
    bool complete = false;
  };

  bool heard() {
    if (silenced_ || loop_ == nullptr) return false;
    last_event_ = loop_->clock().now();
    return true;
  }

  void show_text(const std::string& fragment) const {
    if (!fragment.empty()) loop_->emit(TextDelta{fragment});
  }
  void show_reasoning(const std::string& fragment) const {
    if (!fragment.empty()) loop_->emit(ReasoningDelta{fragment});
  }
  void show_rest() {
    if (loop_ == nullptr) return;
    show_reasoning(shown_reasoning_.flush());
    show_text(shown_text_.flush());
  }

  LoopState* loop_;
  bool silenced_ = false;
  Clock::TimePoint last_event_;
  RedactedStream shown_text_;
  RedactedStream shown_reasoning_;
  std::map<std::uint32_t, Partial> partial_;
};

namespace {

// A coroutine of its own, so that what it refers to lives in its frame.
Task<ChatReply> chat(Model& model, ChatRequest request, std::shared_ptr<ReplyListener> listener,
                     std::shared_ptr<void> keep) {
  (void)keep;
  co_return co_await model.chat(std::move(request), *listener);
}

}  // namespace

ReplyStream::~ReplyStream() {
  if (!collector_) return;
  collector_->detach();
  collector_->silence();
}

void ReplyStream::start(const asio::any_io_executor& executor, ChatRequest request,
                        std::shared_ptr<void> keep) {
  collector_ = std::make_shared<Collector>(loop_);
  auto done = [collector = collector_](std::exception_ptr thrown, ChatReply reply) {
    collector->finish(std::move(thrown), std::move(reply));
  };
  asio::co_spawn(executor,
                 chat(*loop_.config.model, std::move(request), collector_, std::move(keep)),
                 asio::bind_cancellation_slot(collector_->cancel.slot(),
                                              asio::bind_executor(executor, std::move(done))));
}

std::vector<RequestedCall> ReplyStream::take_complete_calls() {
  return collector_ ? std::exchange(collector_->complete, {}) : std::vector<RequestedCall>{};
}

void ReplyStream::cancel(Error why) {
  if (!collector_ || done() || cancelled()) return;
  why_ = std::move(why);
  cancelled_at_ = loop_.clock().now();
  collector_->silence();
  collector_->cancel.emit(asio::cancellation_type::terminal);
}

bool ReplyStream::done() const { return abandoned_ || (collector_ && collector_->done); }

Clock::TimePoint ReplyStream::deadline() const {
  if (!collector_ || done()) return Clock::TimePoint::max();
  const AgentLimits& limits = loop_.config.limits;
  return cancelled() ? deadline_after(cancelled_at_, limits.cancel_grace)
                     : deadline_after(collector_->last_event(), limits.model_idle_timeout);
}

std::optional<Error> ReplyStream::failure() const {
  if (why_) return why_;
  if (collector_->failure) return error_of(collector_->failure);
  return std::nullopt;
}

ChatReply& ReplyStream::reply() { return collector_->reply; }

const std::string& ReplyStream::text() const { return collector_->text; }

const std::string& ReplyStream::reasoning() const { return collector_->reasoning; }

}  // namespace sandport

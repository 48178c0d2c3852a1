#include "core/agent/agent_loop.hpp"

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "core/agent/loop_state.hpp"
#include "core/agent/turn.hpp"
#include "core/model/message.hpp"

namespace sandport {
namespace asio = boost::asio;

namespace {

void interrupt_turn(LoopState& loop) {
  if (loop.wakeup == nullptr) return;  // an idle session has nothing to interrupt, now or later
  loop.interrupted = true;
  loop.wakeup->notify();
}

// Whether the model has something to say: the last message is not its own.
bool is_models_turn(const LoopState& loop) {
  if (loop.messages.empty()) return false;
  const TranscriptMessage last = make_transcript_message(*loop.messages.back());
  return last.role != Role::kAssistant && last.role != Role::kSystem;
}

// Marks the loop as running, for as long as it lives.
class Running {
 public:
  Running(LoopState& loop, const asio::any_io_executor& executor)
      : loop_(loop), wakeup_(executor, loop.clock()) {
    loop_.wakeup = &wakeup_;
    loop_.interrupted = false;
    loop_.step = 0;
  }
  ~Running() {
    loop_.wakeup = nullptr;
    loop_.interrupted = false;
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

 private:
  LoopState& loop_;
  Wakeup wakeup_;
};

Task<TurnResult> run(std::shared_ptr<LoopState> loop, std::unique_ptr<Running> running,
                     MessageText user) {
  (void)running;
  Turn turn(loop, co_await asio::this_coro::executor);
  co_return co_await turn.run(std::move(user));
}

// Runs the turn in a coroutine of its own, which is never cancelled: cancelling the caller
// interrupts the turn, so that all that happened is still recorded.
Task<TurnResult> run_interruptibly(std::shared_ptr<LoopState> loop, MessageText user) {
  const auto executor = co_await asio::this_coro::executor;
  if (loop->wakeup != nullptr) {
    throw Error(Code::kFailedPrecondition,
                "a turn of this session is running: wait for it, or queue the message");
  }
  auto running = std::make_unique<Running>(*loop, executor);
  auto initiate = [loop, executor](auto handler, std::unique_ptr<Running> mark, MessageText text) {
    auto slot = asio::get_associated_cancellation_slot(handler);
    if (slot.is_connected()) {
      slot.assign([loop](asio::cancellation_type) { interrupt_turn(*loop); });
    }
    asio::co_spawn(
        executor, run(loop, std::move(mark), std::move(text)),
        asio::bind_executor(executor, [slot, handler = std::move(handler)](
                                          std::exception_ptr failure, TurnResult result) mutable {
          if (slot.is_connected()) slot.clear();
          std::move(handler)(std::move(failure), std::move(result));
        }));
  };
  co_return co_await asio::async_initiate<const asio::use_awaitable_t<>,
                                          void(std::exception_ptr, TurnResult)>(
      std::move(initiate), asio::use_awaitable, std::move(running), std::move(user));
}

Task<TurnResult> nothing_to_do() {
  TurnResult result;
  result.end = TurnEnd::kFinished;
  co_return result;
}

}  // namespace

AgentLoop::AgentLoop(AgentConfig config, AgentHistory history)
    : loop_(std::make_shared<LoopState>(std::move(config))) {
  const AgentConfig& given = loop_->config;
  if (given.model == nullptr || !given.tools || !given.log) {
    throw Error(Code::kInvalidArgument, "an agent loop needs a model, a tool catalog and a log");
  }
  loop_->memory = history.memory ? std::move(history.memory) : std::make_shared<SessionMemory>();
  loop_->permissions.approve(history.approved_rules);
  if (!given.system_prompt.empty()) {
    loop_->messages.push_back(system_message(given.system_prompt));
  }
  for (MessageText& message : history.messages) loop_->messages.push_back(std::move(message));
}

AgentLoop::~AgentLoop() = default;

Task<TurnResult> AgentLoop::run_turn(MessageText user) {
  return run_interruptibly(loop_, std::move(user));
}

Task<TurnResult> AgentLoop::run_turn(std::string text) { return run_turn(user_message(text)); }

Task<TurnResult> AgentLoop::continue_turn() {
  if (loop_->queued.empty() && !is_models_turn(*loop_)) return nothing_to_do();
  return run_interruptibly(loop_, nullptr);
}

void AgentLoop::queue_user_message(MessageText user) { loop_->queued.push_back(std::move(user)); }

void AgentLoop::queue_user_message(std::string text) { queue_user_message(user_message(text)); }

void AgentLoop::interrupt() { interrupt_turn(*loop_); }

bool AgentLoop::running() const { return loop_->wakeup != nullptr; }

const std::vector<MessageText>& AgentLoop::messages() const { return loop_->messages; }

}  // namespace sandport

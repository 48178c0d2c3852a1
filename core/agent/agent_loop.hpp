// Runs an agent: user message in, model calls and tool calls until the model rests.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/agent/agent_config.hpp"
#include "core/error.hpp"
#include "core/task.hpp"

namespace sandport {

struct TurnResult {
  TurnEnd end = TurnEnd::kFailed;
  std::string text;           // of the last reply; what there was of it, when it was interrupted
  std::string message;        // why, when end is not kFinished; one line
  std::string limit_key;      // of kLimitReached and kCutOff: the manifest key to raise
  std::string finish_reason;  // of the last reply
  std::uint64_t steps = 0;
  Usage usage;
  std::optional<Error> error;  // of kFailed. When it is retryable, trying again later may help
};

struct LoopState;

// One session. Everything is called on its strand, the one that run_turn() is awaited on. A session
// that rests holds its messages and no thread, timer or coroutine.
class AgentLoop {
 public:
  // Throws kInvalidArgument when the config lacks a model, tools or log.
  explicit AgentLoop(AgentConfig config, AgentHistory history = {});
  ~AgentLoop();
  AgentLoop(AgentLoop&&) noexcept = default;
  AgentLoop& operator=(AgentLoop&&) noexcept = default;

  // One turn at a time, else kFailedPrecondition; the loop must live until it ends. Cancelling the
  // waiting coroutine (cancellation_type::terminal) is the same as interrupt(): the turn ends in
  // good order and returns. Throws only what the log throws: then nothing more may be done here,
  // and the session is to be resumed from the store.
  [[nodiscard]] Task<TurnResult> run_turn(MessageText user);
  [[nodiscard]] Task<TurnResult> run_turn(std::string text);
  // Goes on from where the session stopped, without a new message. When the model has rested, and
  // nothing is queued, there is nothing to do and it is not called.
  [[nodiscard]] Task<TurnResult> continue_turn();

  // Added before the next step of the turn that runs, which then does not rest before it; else
  // before the message of the next turn.
  void queue_user_message(MessageText user);
  void queue_user_message(std::string text);

  // Cancels what runs: the turn ends with kInterrupted, soon. Nothing when no turn runs.
  void interrupt();

  [[nodiscard]] bool running() const;
  // What the model is shown, the system prompt first.
  [[nodiscard]] const std::vector<MessageText>& messages() const;

 private:
  std::shared_ptr<LoopState> loop_;
};

}  // namespace sandport

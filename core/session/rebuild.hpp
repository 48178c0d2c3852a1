// Turns a session's events back into what the agent loop needs to go on.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/session/event.hpp"
#include "core/session/transcript.hpp"

namespace sandport {

enum class TurnState {
  kResting,  // waits for a user message
  kOpen,     // a turn was begun and not finished: the next thing to do is a model call
};

struct Rebuilt {
  Transcript transcript;
  TurnState turn = TurnState::kResting;
  std::uint64_t steps_in_turn = 0;  // assistant messages of the open turn
  std::uint64_t last_seq = 0;
  // The last event after which the history can be cut: no tool call is open there.
  std::uint64_t last_safe_seq = 0;
};

// Takes the events in order, then gives the result. A tool call without a result gets one that says
// so, and results stand in the order of their calls, so the transcript is always one that a model
// server accepts. Used by one thread.
class Rebuilder {
 public:
  // Throws kDataLoss when a message in the log cannot be read.
  void add(const Event& event);
  // The events that close the tool calls still open; to be appended before the session goes on.
  [[nodiscard]] std::vector<Event> repairs() const;
  // Whether the history may be cut after the last event added.
  [[nodiscard]] bool at_safe_point() const;
  [[nodiscard]] Rebuilt finish();

 private:
  struct OpenCall {
    ToolCallRef call;
    bool started = false;
    std::optional<TranscriptMessage> result;
  };

  // A call that was started while its reply still streamed. The message that asks for it comes
  // later or, when the session was stopped before, never.
  struct EarlyCall {
    ToolCallRef call;
    std::string arguments_json;
    std::optional<TranscriptMessage> result;
  };

  void add_message(const Event& event);
  void add_start(const Event& event);
  void add_result(const Event& event);
  void open_call(const ToolCallRef& call);
  OpenCall* find(const std::string& id);
  EarlyCall* find_early(const std::string& id);
  [[nodiscard]] std::string early_message_json() const;
  void adopt_early_calls();
  [[nodiscard]] bool calls_open() const;
  void close_calls();

  Rebuilt rebuilt_;
  std::vector<OpenCall> calls_;  // of the last assistant message
  std::vector<EarlyCall> early_;
};

}  // namespace sandport

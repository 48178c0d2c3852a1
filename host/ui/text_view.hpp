// Shows a turn to a person: the model's words on standard output, what it does on standard error.
#pragma once

#include <string>

#include "core/agent/agent_event.hpp"
#include "host/ui/terminal.hpp"

namespace sandport {

enum class Detail {
  kQuiet,    // only the answer
  kNormal,   // tool calls, a line each
  kVerbose,  // and the model's reasoning, and what tools returned
};

class TextView final : public AgentListener {
 public:
  explicit TextView(Detail detail);

  void on_event(const AgentEvent& event) override;

 private:
  void text(std::string_view fragment);
  void reasoning(std::string_view fragment);
  // Ends what streams, so that the next line begins at the left.
  void break_line();
  void note(const std::string& line);

  void show(const ToolCallRequested& call);
  void show(const ToolCallFinished& call);
  void show(const TurnFinished& turn);

  Detail detail_;
  Terminal out_ = Terminal::standard_output();
  Terminal err_ = Terminal::standard_error();
  enum class Open { kNothing, kText, kReasoning } open_ = Open::kNothing;
};

}  // namespace sandport

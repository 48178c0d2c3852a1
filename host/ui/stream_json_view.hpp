// Writes a turn as lines of JSON on standard output, for programs.
#pragma once

#include <string_view>

#include "core/agent/agent_event.hpp"

namespace sandport {

class StreamJsonView final : public AgentListener {
 public:
  // Writes the first line, which names the session.
  explicit StreamJsonView(std::string_view session_id);

  void on_event(const AgentEvent& event) override;
};

}  // namespace sandport

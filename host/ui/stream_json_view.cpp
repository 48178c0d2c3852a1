#include "host/ui/stream_json_view.hpp"

#include <iostream>

#include "core/agent/stream_json.hpp"

namespace sandport {

// Each line is flushed: its reader acts on it while the turn goes on.
StreamJsonView::StreamJsonView(std::string_view session_id) {
  std::cout << stream_json_first_line(session_id) << std::endl;
}

void StreamJsonView::on_event(const AgentEvent& event) {
  std::cout << stream_json_line(event) << std::endl;
}

}  // namespace sandport

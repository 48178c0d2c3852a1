#include "core/agent/loop_state.hpp"

namespace sandport {

Task<void> LoopState::flush() {
  if (outbox.empty()) co_return;
  std::vector<Event> events = std::exchange(outbox, {});
  co_await config.log->append(std::move(events));
}

Task<AgentHistory> resume_history(SessionStore& store, const SessionLease& session) {
  AgentHistory history;
  history.memory = std::make_shared<SessionMemory>();
  const ResumedSession resumed = co_await store.resume(session);
  for (const TranscriptMessage& message : resumed.history.transcript.messages()) {
    history.messages.push_back(message.json);
  }
  store.read_events(session.session_id(), 0, [&history](const Event& event) {
    history.memory->apply(event);
    for (std::string& rule : approved_rules(event)) {
      history.approved_rules.push_back(std::move(rule));
    }
  });
  co_return history;
}

}  // namespace sandport

// What the parts of one agent loop share. Everything here is used on the session's strand.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/agent/agent_config.hpp"
#include "core/agent/session_permissions.hpp"
#include "core/agent/wakeup.hpp"
#include "core/session/redact.hpp"

namespace sandport {

struct LoopState {
  explicit LoopState(AgentConfig given)
      : config(std::move(given)), permissions(config.policy, config.work_dir) {}

  AgentConfig config;
  SessionPermissions permissions;
  std::shared_ptr<SessionMemory> memory;
  std::vector<MessageText> messages;  // the system prompt first, if there is one
  std::deque<MessageText> queued;     // user messages for the next step
  std::vector<Event> outbox;          // to be appended before anything is done about it

  // Of the turn that runs.
  Wakeup* wakeup = nullptr;  // null between turns
  bool interrupted = false;
  Clock::TimePoint turn_deadline = Clock::TimePoint::max();
  std::uint64_t step = 0;
  std::uint64_t turns = 0;  // of this process

  [[nodiscard]] Clock& clock() const {
    return config.clock != nullptr ? *config.clock : steady_clock();
  }
  void emit(const AgentEvent& event) const {
    if (config.listener != nullptr) config.listener->on_event(event);
  }
  [[nodiscard]] std::string redact(std::string text) const {
    return config.redactor && !text.empty() ? config.redactor(std::move(text)) : std::move(text);
  }
  // JSON as listeners are shown it; it stays JSON.
  [[nodiscard]] std::string shown(std::string json) const {
    return config.listener != nullptr ? redact_json(config.redactor, std::move(json))
                                      : std::string{};
  }
  void wake() const {
    if (wakeup != nullptr) wakeup->notify();
  }
  void record(std::string_view type, std::string payload_json, std::string attachment = {}) {
    outbox.emplace_back(type, std::move(payload_json), std::move(attachment));
  }
  // Appends the outbox. Throws what the log throws.
  [[nodiscard]] Task<void> flush();
};

// `wait` from `now`; never, when it is zero.
[[nodiscard]] inline Clock::TimePoint deadline_after(Clock::TimePoint now,
                                                     std::chrono::milliseconds wait) {
  return wait.count() > 0 ? now + wait : Clock::TimePoint::max();
}

}  // namespace sandport

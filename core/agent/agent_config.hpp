// Everything an agent loop is made from.
#pragma once

#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/agent/agent_event.hpp"
#include "core/agent/approver.hpp"
#include "core/agent/clock.hpp"
#include "core/agent/event_log.hpp"
#include "core/agent/limits.hpp"
#include "core/agent/session_memory.hpp"
#include "core/agent/tool_catalog.hpp"
#include "core/model/model.hpp"
#include "core/policy/policy.hpp"

namespace sandport {

class Sandbox;

// What is wrong with the arguments, for the model to read, or nothing. `arguments` is an object.
using ArgumentCheck = std::function<std::optional<std::string>(const ToolDefinition& tool,
                                                               const nlohmann::json& arguments)>;

// What is pointed to must outlive the loop, and every call that it left behind (cancel_grace).
struct AgentConfig {
  Model* model = nullptr;
  std::shared_ptr<const ToolCatalog> tools;
  Sandbox* sandbox = nullptr;  // null: the agent has none
  std::string work_dir;        // absolute in the sandbox
  std::string system_prompt;   // empty: none
  AgentLimits limits = {};
  RetryLimits retry = {};
  std::shared_ptr<EventLog> log;
  std::shared_ptr<const Policy> policy;  // null: every call is allowed
  Approver* approver = nullptr;          // null: unattended, so what would ask is denied
  AgentListener* listener = nullptr;
  ArgumentCheck check_arguments = {};
  // Takes the secrets out of what tools return and errors say, before anyone sees it.
  Redactor redactor = {};
  Clock* clock = nullptr;               // null: steady_clock()
  std::function<double()> random = {};  // in [0, 1), for the jitter of retries
};

// What an earlier process left; empty for a new session.
struct AgentHistory {
  std::vector<MessageText> messages;  // without the system prompt
  std::shared_ptr<SessionMemory> memory;
  std::vector<std::string> approved_rules;  // permission rules that a person allowed
};

// Reads a leased session; open tool calls are closed as interrupted, in the log too.
[[nodiscard]] Task<AgentHistory> resume_history(SessionStore& store, const SessionLease& session);

}  // namespace sandport

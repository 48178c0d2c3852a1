// One session of an agent: its lease in the store, its sandbox, its loop.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/agent/agent_loop.hpp"
#include "host/assembly/agent.hpp"
#include "host/assembly/sandbox_access.hpp"
#include "host/engine/engine.hpp"

namespace sandport {

struct SessionOptions {
  std::string resume;            // the id of a stored session; empty: a new one
  std::string title;             // of a new one; empty: its first message
  Approver* approver = nullptr;  // null: nobody is there to ask
  // Told what a person should know: the sandbox that was made, one that was lost.
  std::function<void(const std::string&)> notice = [](const std::string&) {};
};

class AgentSession {
 public:
  // Leases the session, and makes or finds its sandbox. When it fails or is cancelled, no sandbox
  // is left behind. Await it, and everything else, on strand().
  [[nodiscard]] static Task<std::unique_ptr<AgentSession>> open(Agent& agent,
                                                                SessionOptions options,
                                                                Strand strand);
  ~AgentSession();

  [[nodiscard]] const std::string& id() const { return id_; }
  [[nodiscard]] const Strand& strand() const { return strand_; }
  [[nodiscard]] Sandbox& sandbox() { return *opened_.sandbox; }

  // Before the first turn.
  void set_listener(AgentListener* listener) { listener_ = listener; }
  // nullopt goes on with an unfinished turn of a resumed session.
  [[nodiscard]] Task<TurnResult> run_turn(std::optional<std::string> message);

  // Ends the session's hold on its sandbox as the manifest's on_exit says. Once, at the end.
  [[nodiscard]] Task<void> finish();

 private:
  AgentSession(Agent& agent, SessionOptions options, Strand strand);

  Task<void> attach_sandbox(const SandboxRecord& previous);
  Task<void> record_sandbox(const std::string& id);

  Agent& agent_;
  SessionOptions options_;
  Strand strand_;
  std::string id_;
  std::shared_ptr<EventLog> log_;
  OpenedSandbox opened_;
  AgentHistory history_;
  AgentListener* listener_ = nullptr;
  std::optional<AgentLoop> loop_;
};

}  // namespace sandport

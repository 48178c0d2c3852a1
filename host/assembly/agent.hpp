// A manifest come alive: the instances of its plugins, shared by all of its sessions.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/agent/agent_config.hpp"
#include "core/agent/tool_catalog.hpp"
#include "core/model/model.hpp"
#include "core/sandbox/sandbox.hpp"
#include "host/assembly/prepare.hpp"

namespace sandport {

class Runtime;

// Made on the main thread, used by sessions on the engine's. Outlives its sessions.
class Agent {
 public:
  // Starts the plugins. Throws what they say.
  Agent(Runtime& runtime, PreparedManifest prepared);
  ~Agent();

  [[nodiscard]] Runtime& runtime() { return runtime_; }
  [[nodiscard]] const manifest::Manifest& manifest() const { return manifest_; }
  [[nodiscard]] Backend& backend() { return *backend_; }
  // Everything of a session's loop that is the same in all sessions.
  [[nodiscard]] AgentConfig loop_config(Attendance attendance);

 private:
  Runtime& runtime_;
  manifest::Manifest manifest_;
  std::unique_ptr<Backend> backend_;
  std::unique_ptr<Model> model_;
  std::shared_ptr<const ToolCatalog> catalog_;
  ArgumentCheck check_arguments_;
  std::shared_ptr<const Policy> attended_;
  std::shared_ptr<const Policy> unattended_;
  std::function<double()> random_;
};

}  // namespace sandport

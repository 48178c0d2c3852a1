// Asks for permissions in the terminal.
#pragma once

#include <memory>

#include "core/agent/approver.hpp"
#include "host/ui/terminal.hpp"

namespace sandport {

class Engine;

// Reads from the controlling terminal, not from standard input, which may be a pipe. Serves one
// session: one question at a time.
class TerminalApprover final : public Approver {
 public:
  // Null when there is no terminal to ask in.
  [[nodiscard]] static std::unique_ptr<TerminalApprover> open(Engine& engine);
  ~TerminalApprover() override;

  [[nodiscard]] Task<PermissionAnswer> ask(PermissionRequest request) override;

 private:
  struct State;
  explicit TerminalApprover(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace sandport

// Asks a person whether a tool call may run.
#pragma once

#include <string>
#include <vector>

#include "core/task.hpp"

namespace sandport {

struct PermissionRequest {
  std::string session_id;
  std::string call_id;
  std::string tool;
  std::string arguments;  // a JSON object
  std::string rule;       // the manifest's rule that asks, or empty
  std::string reason;     // one sentence
  // What "for the session" would allow unless the answer says otherwise. Empty: nothing can be.
  std::vector<std::string> session_rules;
};

enum class Approval { kOnce, kSession, kDeny };

struct PermissionAnswer {
  Approval approval = Approval::kDeny;
  // With kSession: the rules to allow from now on; empty: the request's.
  std::vector<std::string> session_rules = {};
  // With kDeny: told to the model, which goes on. Without any the turn ends.
  std::string feedback = {};
};

// Asked on the session's strand, one request at a time in each session. Cancelled when the turn is
// interrupted; what it throws counts as a denial.
class Approver {
 public:
  virtual ~Approver() = default;
  [[nodiscard]] virtual Task<PermissionAnswer> ask(PermissionRequest request) = 0;
};

}  // namespace sandport

// Asks a person whether a tool call may run.
#pragma once

#include <string>

#include "core/task.hpp"

namespace sandport {

struct PermissionRequest {
  std::string session_id;
  std::string call_id;
  std::string tool;
  std::string arguments;  // a JSON object
  std::string rule;       // why it is asked: the rule that matched, or empty
  std::string pattern;    // what "for the session" would allow unless the answer names another
};

enum class Approval { kOnce, kSession, kDeny };

struct PermissionAnswer {
  Approval approval = Approval::kDeny;
  std::string pattern = {};  // with kSession; empty: the request's
  std::string feedback =
      {};  // with kDeny: told to the model, which goes on. Without, the turn ends
};

// Asked on the session's strand, one request at a time in each session. Cancelled when the turn is
// interrupted; what it throws counts as a denial.
class Approver {
 public:
  virtual ~Approver() = default;
  [[nodiscard]] virtual Task<PermissionAnswer> ask(PermissionRequest request) = 0;
};

}  // namespace sandport

#include "core/policy/policy.hpp"

#include <fmt/format.h>

#include <utility>

#include "core/policy/evaluation.hpp"

namespace sandport {

Decision Policy::decide(const PolicyRequest& request, Attendance attendance,
                        const std::vector<Rule>& approved) const {
  Decision decision = evaluate(rules_, approved, request);
  if (decision.action == Action::kAsk && attendance == Attendance::kUnattended) {
    decision.action = Action::kDeny;
    decision.reason += fmt::format(
        "; nobody can be asked in an unattended run, so it is denied: add a rule to "
        "permissions.allow, or change {}",
        decision.key);
    decision.session_rules.clear();
  }
  return decision;
}

}  // namespace sandport

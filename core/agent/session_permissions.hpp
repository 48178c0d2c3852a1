// The rules of the manifest, and what a person has allowed in this session.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/policy/policy.hpp"
#include "core/session/event.hpp"

namespace sandport {

// Used on the session's strand.
class SessionPermissions {
 public:
  // A null policy allows everything.
  SessionPermissions(std::shared_ptr<const Policy> policy, std::string work_dir)
      : policy_(std::move(policy)), work_dir_(std::move(work_dir)) {}

  // `arguments` is a JSON object.
  [[nodiscard]] Decision decide(std::string_view tool, std::string_view arguments,
                                Attendance attendance) const;
  // From now on. Throws kInvalidArgument when one of them is no rule; then none is taken.
  void approve(const std::vector<std::string>& rules);

 private:
  std::shared_ptr<const Policy> policy_;
  std::string work_dir_;
  std::vector<Rule> approved_;
};

// What a permission_decided event says was allowed for the session; empty for other events.
[[nodiscard]] std::vector<std::string> approved_rules(const Event& event);

}  // namespace sandport

// The manifest's permissions, as the loop asks for them.
#pragma once

#include <memory>
#include <string>

#include "core/agent/permission_gate.hpp"
#include "core/policy/policy.hpp"
#include "host/manifest/manifest.hpp"

namespace sandport {

// Made once for an agent. The rules have passed the manifest's checks.
[[nodiscard]] std::shared_ptr<const Policy> make_policy(const manifest::PermissionRules& rules);

// One session's view of the policy, with what was approved in it. work_dir: what relative paths in
// arguments are below. attendance: whether somebody can be asked.
[[nodiscard]] std::shared_ptr<PermissionGate> make_policy_gate(std::shared_ptr<const Policy> policy,
                                                               std::string work_dir,
                                                               Attendance attendance);

}  // namespace sandport

// The manifest's permissions as a policy.
#pragma once

#include <memory>

#include "core/policy/policy.hpp"
#include "host/manifest/manifest.hpp"

namespace sandport {

// attendance: whether somebody can be asked. With `permissions.unattended: allow` and nobody there,
// what would ask is allowed; a deny still denies. The rules have passed the manifest's checks.
[[nodiscard]] std::shared_ptr<const Policy> make_policy(const manifest::PermissionRules& rules,
                                                        Attendance attendance);

}  // namespace sandport

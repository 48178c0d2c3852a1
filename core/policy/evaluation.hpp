// The rules applied to one tool call.
#pragma once

#include <vector>

#include "core/policy/policy.hpp"

namespace sandport {

[[nodiscard]] Decision evaluate(const PolicyRules& rules, const std::vector<Rule>& approved,
                                const PolicyRequest& request);

}  // namespace sandport

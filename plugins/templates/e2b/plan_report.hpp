// What `plan` answers: the requests, the files, the Dockerfile.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "prepared.hpp"

namespace e2b_template {

// Whether the service has the files of a step; not known without a key or a template.
using Cached = std::vector<std::optional<bool>>;  // as Prepared::files

[[nodiscard]] std::string plan_report(const Prepared& prepared, const Cached& cached);

}  // namespace e2b_template

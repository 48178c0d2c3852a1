// A manifest tree as JSON, the form in which options reach a plugin.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "host/manifest/node.hpp"

namespace sandport::manifest {

// Secret references stay references; an invalid value becomes null.
[[nodiscard]] nlohmann::json to_json(const Node& node);

}  // namespace sandport::manifest

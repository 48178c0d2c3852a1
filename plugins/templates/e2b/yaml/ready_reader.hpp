// The `ready_cmd` key: a command, or one of the ready helpers by name.
#pragma once

#include <string>

#include "map_reader.hpp"

namespace e2b_template {

// Empty when the root has none.
[[nodiscard]] std::string read_ready(const MapReader& root);

}  // namespace e2b_template

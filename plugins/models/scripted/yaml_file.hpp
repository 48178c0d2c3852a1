// A script in a YAML file of its own.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace scripted {

// A list is taken for {"turns": list}. Throws std::invalid_argument that names the file and, where
// known, the line.
[[nodiscard]] nlohmann::json read_yaml_file(const std::string& path);

}  // namespace scripted

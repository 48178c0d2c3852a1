// The ordered `steps` of a template file.
#pragma once

#include "../model/recipe.hpp"
#include "map_reader.hpp"

namespace e2b_template {

struct StepContext {
  Recipe& recipe;
  Diagnostics& diagnostics;
  std::string from_template;  // some steps go with one base only
};

// `steps` is the value of the key.
void read_steps(const YamlNode& steps, StepContext& context);

// Environment variables, their names checked; also for the short key.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> read_variables(const MapReader& map,
                                                                              std::string_view key);
// Checks words of a package list; also for the short keys.
[[nodiscard]] Words read_packages(const MapReader& map, std::string_view key);
// Checks that every source of a COPY stays inside the context.
void check_sources(const MapReader& map, std::string_view key, const Words& sources);

}  // namespace e2b_template

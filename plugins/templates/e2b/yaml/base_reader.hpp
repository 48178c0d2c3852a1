// The part of a template file that says what the template starts from.
#pragma once

#include <span>

#include "../model/recipe.hpp"
#include "../source.hpp"
#include "map_reader.hpp"

namespace e2b_template {

// The keys that this part takes from the file's root.
[[nodiscard]] std::span<const YamlKey> base_keys();

void read_base(const MapReader& root, const Source& source, Recipe& recipe);

}  // namespace e2b_template

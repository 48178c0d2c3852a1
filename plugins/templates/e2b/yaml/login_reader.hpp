// The `registry` key: who we are at a private image registry.
#pragma once

#include "../source.hpp"
#include "map_reader.hpp"

namespace e2b_template {

// Nothing when the root has no `registry`. Values may hold ${secret:NAME}.
[[nodiscard]] Login read_login(const MapReader& root, const Source& source);

}  // namespace e2b_template

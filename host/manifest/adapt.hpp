// How a value that came from a variable takes the type its place expects.
#pragma once

#include "host/manifest/node.hpp"

namespace sandport::manifest {

// Variables hold only text, and YAML wants quotes around "${PORT}" inside {…}. So a scalar made by
// a variable counts as a string where a string is expected, and by its characters where another
// type is, quoted or not. A literal value is returned as it is.
[[nodiscard]] Node as_string_if_interpolated(Node node);
[[nodiscard]] Node as_plain_if_interpolated(Node node);

}  // namespace sandport::manifest

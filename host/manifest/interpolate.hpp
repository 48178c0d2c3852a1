// Interpolation of every string value of a tree.
#pragma once

#include <string>

#include "host/manifest/diagnostic.hpp"
#include "host/manifest/environment.hpp"
#include "host/manifest/node.hpp"
#include "host/manifest/parse.hpp"
#include "host/manifest/sources.hpp"

namespace sandport::manifest {

// A plain scalar is typed again after its variables are in; a quoted one stays a string. A value
// whose reference fails becomes kInvalid, and the problem is reported at the reference itself.
// `path` is the tree's own path, for messages.
void interpolate(Node& node, const std::string& path, const EnvironmentLookup& environment,
                 const Sources& sources, Budget& budget, Diagnostics& diagnostics);

}  // namespace sandport::manifest

// How one manifest is laid over another.
#pragma once

#include "host/manifest/node.hpp"

namespace sandport::manifest {

// Maps are merged key by key, everything else is replaced. Where `over` names another plugin in
// `uses`, what was meant for the old plugin (`with`, `file`, `sha256`) goes. Locations are kept.
void merge(Node& base, Node over);

// Drops what belongs to the plugin that `map.uses` named so far, unless `uses` names it again.
void change_plugin(Node& map, const Node& uses);

}  // namespace sandport::manifest

// `--set path=value`: one value of a manifest changed from the command line.
#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "host/manifest/diagnostic.hpp"
#include "host/manifest/node.hpp"
#include "host/manifest/parse.hpp"
#include "host/manifest/sources.hpp"

namespace sandport::manifest {

// A path is keys with dots and list places: `agent.max_steps`, `tools[1].with.timeout`,
// `sandbox.env."A.B"`. Missing maps on the way are made; a list may grow by one at its end. A value
// in [], {} or quotes is YAML; anything else is one scalar as it stands, typed as YAML types it.
// Settings of `uses` are applied first, so that they do not undo options set beside them.
void apply_sets(Node& root, std::span<const std::string> sets, Sources& sources, Budget& budget,
                Diagnostics& diagnostics);

}  // namespace sandport::manifest

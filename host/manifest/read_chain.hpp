// Reads a manifest file and everything it `extends`.
#pragma once

#include <filesystem>
#include <optional>

#include "host/manifest/diagnostic.hpp"
#include "host/manifest/environment.hpp"
#include "host/manifest/node.hpp"
#include "host/manifest/parse.hpp"
#include "host/manifest/sources.hpp"

namespace sandport::manifest {

// One tree, with `extends` gone. A path in `extends` is relative to the
// file that has it and may use variables; later bases win over earlier ones, the file itself over
// all.
[[nodiscard]] std::optional<Node> read_chain(const std::filesystem::path& path,
                                             const EnvironmentLookup& environment, Sources& sources,
                                             Budget& budget, Diagnostics& diagnostics);

}  // namespace sandport::manifest

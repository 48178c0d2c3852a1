// A merged, interpolated tree into a typed manifest.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "host/manifest/diagnostic.hpp"
#include "host/manifest/fields.hpp"
#include "host/manifest/manifest.hpp"
#include "host/manifest/node.hpp"
#include "host/manifest/sources.hpp"

namespace sandport::manifest {

// Reports everything that does not fit; the result is only worth using when nothing was reported.
[[nodiscard]] Manifest decode_manifest(const Node& root, std::shared_ptr<const Sources> sources,
                                       Diagnostics& diagnostics);

// One `uses:` / `with:` map. `fields` says which keys it may have besides.
[[nodiscard]] PluginUse decode_plugin_use(const Node& map, const std::string& path,
                                          std::span<const Field> fields, const Sources& sources,
                                          Diagnostics& diagnostics);

[[nodiscard]] SandboxUse decode_sandbox(const Node& map, const Sources& sources,
                                        Diagnostics& diagnostics);
[[nodiscard]] AgentSettings decode_agent(const Node& map, const Sources& sources,
                                         Diagnostics& diagnostics);
[[nodiscard]] PermissionRules decode_permissions(const Node& map, Diagnostics& diagnostics);

}  // namespace sandport::manifest

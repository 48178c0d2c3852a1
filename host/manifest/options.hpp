// A plugin's options against the JSON Schema that the plugin publishes.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/manifest/diagnostic.hpp"
#include "host/manifest/manifest.hpp"

namespace sandport::manifest {

enum class PluginKind { kModel, kBackend, kToolset, kTemplateBuilder };

// Returns the schema's text, empty when the plugin takes any options; nothing when the plugin was
// not found, which is then somebody else's error to report.
using SchemaLookup =
    std::function<std::optional<std::string>(PluginKind kind, const PluginUse& use)>;

// Checks the options of every plugin and puts the defaults of the schemas in: afterwards
// `PluginUse::options` is what each plugin is given. Draft 7. Besides the standard keywords:
// - `"writeOnly": true` marks a secret, which `sandport config` masks;
// - `"format": "duration"` and `"size"` are checked; the plugin receives the text unchanged;
// - `"format": "host-path"` is a path on this machine: made absolute, from the manifest's
// directory. An empty value (`key:`) counts as not given where null is not allowed.
[[nodiscard]] std::vector<Diagnostic> check_plugin_options(Manifest& manifest,
                                                           const SchemaLookup& lookup);

// The same for one plugin of a document that is not a manifest.
void check_options(PluginUse& use, std::string_view schema, const Sources& sources,
                   Diagnostics& diagnostics);

}  // namespace sandport::manifest

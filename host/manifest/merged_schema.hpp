// One JSON Schema for whole manifests, with the options of the plugins at hand, for editors.
#pragma once

#include <span>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "host/manifest/options.hpp"

namespace sandport::manifest {

struct PluginSchema {
  PluginKind kind;
  std::string name;     // what `uses:` says
  std::string summary;  // one line; may be empty
  std::string schema;   // the text of its options schema; empty: any options
};

// Draft 7: `with` is checked by the plugin that `uses` names; plugins that are not in the list may
// have any options. Where a value is not text, "${…}" is accepted too. Schemas that are not valid
// JSON objects are left out.
[[nodiscard]] nlohmann::ordered_json merged_schema(std::span<const PluginSchema> plugins);

}  // namespace sandport::manifest

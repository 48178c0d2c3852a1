// A manifest as it is after everything was merged and resolved, for `sandport config`.
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "host/manifest/manifest.hpp"

namespace sandport::manifest {

// In the manifest's own form. Secret references and options marked `writeOnly` are shown as `***`.
[[nodiscard]] nlohmann::ordered_json config_json(const Manifest& manifest);

// The same as YAML, which loads again to the same manifest, but for what is masked.
[[nodiscard]] std::string render_config(const Manifest& manifest);

}  // namespace sandport::manifest

// The front door: a manifest file in, a typed manifest or a list of what is wrong with it out.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "host/manifest/diagnostic.hpp"
#include "host/manifest/environment.hpp"
#include "host/manifest/manifest.hpp"

namespace sandport::manifest {

struct LoadOptions {
  std::vector<std::string> sets;  // the arguments of `--set`
  EnvironmentLookup environment = process_environment();
};

struct ManifestResult {
  std::optional<Manifest> manifest;  // only when there are no diagnostics
  // What could be read in spite of them: for further checks only.
  std::optional<Manifest> draft = {};
  std::vector<Diagnostic> diagnostics;
};

// Reads, merges, interpolates and decodes. What a user can do wrong comes back as diagnostics, all
// at once; nothing is thrown for it. Plugin options are not checked yet, since plugins are found by
// what the manifest says: see `check_plugin_options`.
[[nodiscard]] ManifestResult load_manifest(const std::filesystem::path& path,
                                           const LoadOptions& options = {});

// The same on a text that is in no file, for tests and generated manifests; `name` stands for it.
[[nodiscard]] ManifestResult load_manifest_text(const std::string& text, const std::string& name,
                                                const LoadOptions& options = {});

}  // namespace sandport::manifest

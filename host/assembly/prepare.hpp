// From a manifest's path to a manifest whose plugins are found and whose options are checked.
#pragma once

#include <string>
#include <vector>

#include "host/manifest/load.hpp"
#include "host/manifest/manifest.hpp"
#include "host/manifest/options.hpp"
#include "host/plugin/registry.hpp"

namespace sandport {

// A manifest that cannot be used. what() holds every problem, ready to print.
class ManifestProblems : public std::runtime_error {
 public:
  ManifestProblems(const std::string& text, std::size_t count)
      : std::runtime_error(text), count_(count) {}
  [[nodiscard]] std::size_t count() const { return count_; }

 private:
  std::size_t count_;
};

// A manifest and the plugins it uses. Nothing of them has run yet.
struct PreparedManifest {
  manifest::Manifest manifest;
  FoundPlugin model;
  FoundPlugin backend;
  std::vector<FoundPlugin> toolsets;  // in the manifest's order
};

// Throws ManifestProblems with everything that is wrong: YAML, values, plugins that are missing or
// broken, their options, permission rules.
[[nodiscard]] PreparedManifest prepare_manifest(const std::string& path,
                                                const std::vector<std::string>& sets,
                                                PluginRegistry& registry);

// The kind's name in the ABI.
[[nodiscard]] const char* kind_name(manifest::PluginKind kind);

}  // namespace sandport

#include "host/manifest/manifest.hpp"

namespace sandport::manifest {
namespace {

template <typename Use, typename Source>
std::vector<Use*> collect(Source& manifest) {
  std::vector<Use*> uses{&manifest.model, &manifest.sandbox.plugin};
  for (auto& toolset : manifest.tools) uses.push_back(&toolset.plugin);
  return uses;
}

}  // namespace

std::vector<PluginUse*> plugin_uses(Manifest& manifest) { return collect<PluginUse>(manifest); }

std::vector<const PluginUse*> plugin_uses(const Manifest& manifest) {
  return collect<const PluginUse>(manifest);
}

}  // namespace sandport::manifest

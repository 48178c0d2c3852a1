#include "host/manifest/load.hpp"

#include <utility>

#include "host/manifest/decode.hpp"
#include "host/manifest/interpolate.hpp"
#include "host/manifest/node.hpp"
#include "host/manifest/parse.hpp"
#include "host/manifest/read_chain.hpp"
#include "host/manifest/set_value.hpp"
#include "host/manifest/sources.hpp"

namespace sandport::manifest {
namespace {

// What follows once the files are one tree: overrides, then variables, then the checks.
ManifestResult finish(std::optional<Node> root, const std::shared_ptr<Sources>& sources,
                      Budget& budget, const LoadOptions& options, Diagnostics& diagnostics) {
  ManifestResult result;
  if (root) {
    // Top-level `x-…` keys are there to hold anchors.
    std::erase_if(root->entries, [](const Entry& entry) { return entry.key.starts_with("x-"); });
    apply_sets(*root, options.sets, *sources, budget, diagnostics);
    interpolate(*root, "", options.environment, *sources, budget, diagnostics);
    result.manifest = decode_manifest(*root, sources, diagnostics);
  }
  result.diagnostics = diagnostics.take();
  if (!result.diagnostics.empty()) result.draft = std::exchange(result.manifest, std::nullopt);
  return result;
}

}  // namespace

ManifestResult load_manifest(const std::filesystem::path& path, const LoadOptions& options) {
  auto sources = std::make_shared<Sources>();
  Diagnostics diagnostics(sources);
  Budget budget;
  auto root = read_chain(path, options.environment, *sources, budget, diagnostics);
  return finish(std::move(root), sources, budget, options, diagnostics);
}

ManifestResult load_manifest_text(const std::string& text, const std::string& name,
                                  const LoadOptions& options) {
  auto sources = std::make_shared<Sources>();
  Diagnostics diagnostics(sources);
  Budget budget;
  const std::uint32_t source = sources->add(name, std::filesystem::path("."));
  sources->set_text(source, text);
  auto root = parse_yaml(*sources, source, budget, diagnostics);
  return finish(std::move(root), sources, budget, options, diagnostics);
}

}  // namespace sandport::manifest

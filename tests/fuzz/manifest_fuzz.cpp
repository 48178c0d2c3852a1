// Feeds arbitrary bytes to the manifest loader: as a file, and as a `--set` argument over a good
// one.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "host/manifest/load.hpp"
#include "host/manifest/render.hpp"

namespace {

using sandport::manifest::LoadOptions;
using sandport::manifest::ManifestResult;

LoadOptions options() {
  LoadOptions result;
  result.environment = [](std::string_view name) -> std::optional<std::string> {
    if (name == "EMPTY") return "";
    if (name == "SET") return "${SET} *x";
    return std::nullopt;
  };
  return result;
}

// A manifest that loads must also print as one that loads; what does not load must say why.
void check(const ManifestResult& result) {
  if (result.manifest.has_value() == !result.diagnostics.empty()) std::abort();
  if (!result.manifest) return;
  const std::string text = sandport::manifest::render_config(*result.manifest);
  const ManifestResult again =
      sandport::manifest::load_manifest_text(text, "config.yaml", options());
  if (!again.manifest) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  check(sandport::manifest::load_manifest_text(text, "fuzz.yaml", options()));
  LoadOptions with_set = options();
  with_set.sets = {text};
  check(sandport::manifest::load_manifest_text(
      "version: 1\nmodel: {uses: m, with: {a: [1]}}\nsandbox: {uses: l}\n", "good.yaml", with_set));
  return 0;
}

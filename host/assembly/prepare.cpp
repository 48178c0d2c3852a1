#include "host/assembly/prepare.hpp"

#include <sandport/abi.h>

#include <algorithm>
#include <map>

#include "core/error.hpp"

namespace sandport {
namespace {

using manifest::Diagnostic;
using manifest::kMostDiagnostics;
using manifest::PluginKind;
using manifest::PluginUse;

[[noreturn]] void fail(const std::vector<Diagnostic>& diagnostics) {
  throw ManifestProblems(manifest::to_string(diagnostics), diagnostics.size());
}

}  // namespace

const char* kind_name(PluginKind kind) {
  switch (kind) {
    case PluginKind::kModel:
      return SP_KIND_MODEL;
    case PluginKind::kBackend:
      return SP_KIND_BACKEND;
    case PluginKind::kToolset:
      return SP_KIND_TOOLSET;
    case PluginKind::kTemplateBuilder:
      return SP_KIND_TEMPLATE_BUILDER;
  }
  return "";
}

PreparedManifest prepare_manifest(const std::string& path, const std::vector<std::string>& sets,
                                  PluginRegistry& registry) {
  manifest::LoadOptions options;
  options.sets = sets;
  manifest::ManifestResult loaded = manifest::load_manifest(path, options);
  if (!loaded.manifest && (!loaded.draft || loaded.diagnostics.size() >= kMostDiagnostics)) {
    fail(loaded.diagnostics);
  }

  // Also of a manifest with mistakes, the options are checked: a person is told everything at once.
  PreparedManifest prepared{
      .manifest = std::move(loaded.manifest ? *loaded.manifest : *loaded.draft),
      .model = {},
      .backend = {},
      .toolsets = {}};
  manifest::Diagnostics problems(prepared.manifest.sources);
  for (Diagnostic& known : loaded.diagnostics) problems.add(std::move(known));
  std::map<const PluginUse*, FoundPlugin> found;
  std::vector<Diagnostic> of_options = manifest::check_plugin_options(
      prepared.manifest, [&](PluginKind kind, const PluginUse& use) -> std::optional<std::string> {
        if (use.uses.empty()) return std::nullopt;
        try {
          FoundPlugin plugin = registry.find(kind_name(kind), use.uses, use.file, use.sha256);
          std::string schema(view(plugin.kind->schema));
          found.insert_or_assign(&use, std::move(plugin));
          return schema;
        } catch (const Error& error) {
          problems.add(use.location, use.path + ".uses", error.what());
          return std::nullopt;
        }
      });
  for (Diagnostic& problem : of_options) problems.add(std::move(problem));
  if (!problems.empty()) fail(problems.take());

  prepared.model = found.at(&prepared.manifest.model);
  prepared.backend = found.at(&prepared.manifest.sandbox.plugin);
  for (const manifest::ToolsetUse& toolset : prepared.manifest.tools) {
    prepared.toolsets.push_back(found.at(&toolset.plugin));
  }
  return prepared;
}

}  // namespace sandport

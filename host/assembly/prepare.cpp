#include "host/assembly/prepare.hpp"

#include <sandport/abi.h>

#include <algorithm>
#include <map>

#include "core/error.hpp"

namespace sandport {
namespace {

using manifest::Diagnostic;
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
  if (!loaded.diagnostics.empty()) fail(loaded.diagnostics);

  PreparedManifest prepared{
      .manifest = std::move(*loaded.manifest), .model = {}, .backend = {}, .toolsets = {}};
  manifest::Diagnostics missing(prepared.manifest.sources);
  std::map<const PluginUse*, FoundPlugin> found;
  std::vector<Diagnostic> problems = manifest::check_plugin_options(
      prepared.manifest, [&](PluginKind kind, const PluginUse& use) -> std::optional<std::string> {
        try {
          FoundPlugin plugin = registry.find(kind_name(kind), use.uses, use.file, use.sha256);
          std::string schema(view(plugin.kind->schema));
          found.insert_or_assign(&use, std::move(plugin));
          return schema;
        } catch (const Error& error) {
          missing.add(use.location, use.path + ".uses", error.what());
          return std::nullopt;
        }
      });
  for (Diagnostic& problem : missing.take()) problems.push_back(std::move(problem));
  if (!problems.empty()) fail(problems);

  prepared.model = found.at(&prepared.manifest.model);
  prepared.backend = found.at(&prepared.manifest.sandbox.plugin);
  for (const manifest::ToolsetUse& toolset : prepared.manifest.tools) {
    prepared.toolsets.push_back(found.at(&toolset.plugin));
  }
  return prepared;
}

}  // namespace sandport

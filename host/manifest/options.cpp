#include "host/manifest/options.hpp"

#include <algorithm>
#include <cstddef>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "host/manifest/generic_schema_check.hpp"
#include "host/manifest/node_json.hpp"
#include "host/manifest/option_walker.hpp"
#include "host/manifest/text.hpp"

namespace sandport::manifest {
namespace {

using nlohmann::json;

// Reports what the walker, which knows only the common keywords, has not found already.
void report_rest(const json& schema, const json& options, const OptionWalker& walker,
                 Diagnostics& diagnostics) {
  std::vector<SchemaViolation> violations = find_violations(schema, options);
  const auto lies_below = [](const std::string& path, const std::string& above) {
    return path.size() > above.size() && path.starts_with(above) && path[above.size()] == '/';
  };
  for (std::size_t i = 0; i < violations.size(); ++i) {
    const SchemaViolation& violation = violations[i];
    // A complaint about a map whose real problem lies deeper adds nothing.
    const bool covered = walker.is_settled(violation.pointer) ||
                         std::ranges::any_of(violations, [&](const SchemaViolation& other) {
                           return lies_below(other.pointer, violation.pointer);
                         });
    const bool repeated =
        i + 1 < violations.size() && violations[i + 1].pointer == violation.pointer;
    if (covered || repeated) continue;
    const OptionWalker::Place place = walker.place_of(violation.pointer);
    diagnostics.add(place.location, place.path, violation.message);
  }
}

}  // namespace

void check_options(PluginUse& use, std::string_view schema_text, const Sources& sources,
                   Diagnostics& diagnostics) {
  json options = to_json(use.with);
  if (!schema_text.empty()) {
    const json schema = json::parse(schema_text, nullptr, /*allow_exceptions=*/false);
    if (const std::string problem = schema_problem(schema); !problem.empty()) {
      diagnostics.add(use.location, child_path(use.path, "uses"),
                      fmt::format("the options schema of the plugin {} cannot be used: {}",
                                  quote(use.uses), problem));
      return;
    }
    OptionWalker walker(schema, use, sources, diagnostics);
    walker.walk(options);
    report_rest(schema, options, walker, diagnostics);
    use.hidden_options = walker.hidden();
  }
  use.options = options.dump();
}

std::vector<Diagnostic> check_plugin_options(Manifest& manifest, const SchemaLookup& lookup) {
  Diagnostics diagnostics(manifest.sources);
  const auto check = [&](PluginKind kind, PluginUse& use) {
    if (const auto schema = lookup(kind, use)) {
      check_options(use, *schema, *manifest.sources, diagnostics);
    }
  };
  check(PluginKind::kModel, manifest.model);
  check(PluginKind::kBackend, manifest.sandbox.plugin);
  for (ToolsetUse& toolset : manifest.tools) check(PluginKind::kToolset, toolset.plugin);
  return diagnostics.take();
}

}  // namespace sandport::manifest

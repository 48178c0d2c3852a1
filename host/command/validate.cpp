// `sandport validate|config|schema`: what needs a manifest and the plugins' tables, but runs
// nothing.
#include <CLI/CLI.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "host/assembly/prepare.hpp"
#include "host/command/command.hpp"
#include "host/manifest/merged_schema.hpp"
#include "host/manifest/render.hpp"
#include "host/plugin/search_path.hpp"

namespace sandport {
namespace {

ExitCode validate(const ManifestArguments& arguments, OutputFormat format) {
  PluginRegistry registry(plugin_search_path());
  try {
    const PreparedManifest prepared = prepare_manifest(arguments.path, arguments.sets, registry);
    if (format == OutputFormat::kJson) {
      std::cout << R"({"valid":true})" << '\n';
    } else {
      std::cout << arguments.path << ": ok (" << prepared.manifest.name << ", "
                << prepared.manifest.tools.size() << " toolsets)\n";
    }
    return ExitCode::kDone;
  } catch (const ManifestProblems& problems) {
    if (format != OutputFormat::kJson) throw;
    std::cout << nlohmann::json{{"valid", false},
                                {"problem_count", problems.count()},
                                {"problems", problems.what()}}
                     .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)
              << '\n';
    return ExitCode::kUsage;
  }
}

ExitCode config(const ManifestArguments& arguments, OutputFormat format) {
  PluginRegistry registry(plugin_search_path());
  const PreparedManifest prepared = prepare_manifest(arguments.path, arguments.sets, registry);
  if (format == OutputFormat::kJson) {
    std::cout << manifest::config_json(prepared.manifest)
                     .dump(2, ' ', false, nlohmann::json::error_handler_t::replace)
              << '\n';
  } else {
    std::cout << manifest::render_config(prepared.manifest);
  }
  return ExitCode::kDone;
}

ExitCode schema() {
  using manifest::PluginKind;
  PluginRegistry registry(plugin_search_path());
  std::vector<manifest::PluginSchema> schemas;
  for (const ListedPlugin& listed : registry.list()) {
    if (listed.plugin == nullptr || !listed.shadowed_by.empty()) continue;
    for (const sp_kind* kind : listed.plugin->kinds()) {
      for (const PluginKind known : {PluginKind::kModel, PluginKind::kBackend, PluginKind::kToolset,
                                     PluginKind::kTemplateBuilder}) {
        if (view(kind->kind) != kind_name(known)) continue;
        schemas.push_back({.kind = known,
                           .name = std::string(view(kind->name)),
                           .summary = std::string(view(kind->summary)),
                           .schema = std::string(view(kind->schema))});
      }
    }
  }
  std::cout << manifest::merged_schema(schemas).dump(2) << '\n';
  return ExitCode::kDone;
}

}  // namespace

void add_validate(CLI::App& root, ChosenCommand& chosen) {
  CLI::App* command = root.add_subcommand(
      "validate", "Check a manifest, its plugins and their options; runs nothing");
  auto arguments = std::make_shared<ManifestArguments>();
  auto format = std::make_shared<OutputFormat>(OutputFormat::kText);
  add_manifest_arguments(*command, *arguments);
  add_json_output_option(*command, *format);
  command->footer(
      "Examples:\n"
      "  sandport validate manifests/e2b.yaml\n"
      "  sandport validate agent.yaml --set sandbox.uses=local");
  command->callback([&chosen, arguments, format] {
    chosen.action = [=] { return validate(*arguments, *format); };
  });
}

void add_config(CLI::App& root, ChosenCommand& chosen) {
  CLI::App* command = root.add_subcommand(
      "config", "Print a manifest as it is after extends, variables and --set; secrets masked");
  auto arguments = std::make_shared<ManifestArguments>();
  auto format = std::make_shared<OutputFormat>(OutputFormat::kText);
  add_manifest_arguments(*command, *arguments);
  add_json_output_option(*command, *format);
  command->footer(
      "Examples:\n"
      "  sandport config agent.yaml\n"
      "  sandport config agent.yaml --output json | jq .sandbox");
  command->callback([&chosen, arguments, format] {
    chosen.action = [=] { return config(*arguments, *format); };
  });
}

void add_schema(CLI::App& root, ChosenCommand& chosen) {
  CLI::App* command = root.add_subcommand(
      "schema", "Print the JSON Schema of manifests, with the options of all installed plugins");
  command->footer(
      "Example, for editors with a YAML language server:\n"
      "  sandport schema > .sandport.schema.json\n"
      "  # then in a manifest: yaml-language-server: $schema=.sandport.schema.json");
  command->callback([&chosen] { chosen.action = [] { return schema(); }; });
}

}  // namespace sandport

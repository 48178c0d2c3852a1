// `sandport plugin check FILE.so`: what its author would like to know before others do.
#include <CLI/CLI.hpp>
#include <functional>
#include <iostream>
#include <nlohmann/json.hpp>
#include <set>

#include "core/error.hpp"
#include "core/json_text.hpp"
#include "host/assembly/runtime.hpp"
#include "host/command/command.hpp"
#include "host/command/plugin_live_check.hpp"
#include "host/command/plugin_report.hpp"
#include "host/command/run_options.hpp"
#include "host/manifest/generic_schema_check.hpp"
#include "host/manifest/load.hpp"
#include "host/manifest/options.hpp"
#include "host/plugin/adapt/text.hpp"
#include "host/plugin/plugin_file.hpp"

namespace sandport {
namespace {

struct CheckArguments {
  std::string file;
  std::vector<std::string> with;
  bool live = false;
  OutputFormat format = OutputFormat::kText;
};

// The options of `--with KEY=VALUE`, read as --set reads them.
manifest::Manifest given_options(const std::vector<std::string>& with) {
  manifest::LoadOptions options;
  for (const std::string& pair : with) options.sets.push_back("sandbox.with." + pair);
  auto loaded = manifest::load_manifest_text(
      "version: 1\nmodel: {uses: x}\nsandbox: {uses: x, with: {}}\n", "--with", options);
  if (!loaded.manifest) {
    throw Error(Code::kInvalidArgument, manifest::to_string(loaded.diagnostics));
  }
  return std::move(*loaded.manifest);
}

void check_table(const LoadedPlugin& plugin, PluginReport& report) {
  const sp_plugin& table = plugin.table();
  report.ok("id", plugin.id() + " " + adapt::copy(table.version));
  for (const auto& [name, value] : {std::pair{"version", table.version},
                                    {"license", table.license},
                                    {"description", table.description}}) {
    if (value.size == 0) report.bad(name, "it is empty; people are shown it");
  }
  if (plugin.kinds().empty()) report.bad("kinds", "none of its kinds is known to this host");
  std::set<std::string> names;
  for (const sp_kind* kind : plugin.kinds()) {
    const std::string name = adapt::copy(kind->kind) + " " + adapt::copy(kind->name);
    if (!names.insert(name).second) report.bad(name, "it is offered twice");
    if (kind->summary.size == 0) report.bad(name, "its summary is empty");
  }
}

// False when it cannot be used.
bool check_schema(const sp_kind& kind, const std::string& name, PluginReport& report) {
  if (kind.schema.size == 0) {
    report.skip(name + " schema", "there is none: its options are not checked before it starts");
    return true;
  }
  const auto schema = nlohmann::json::parse(view(kind.schema), nullptr, false);
  const std::string problem = manifest::schema_problem(schema);
  if (!problem.empty()) {
    report.bad(name + " schema", problem);
    return false;
  }
  report.ok(
      name + " schema",
      std::to_string(schema.value("properties", nlohmann::json::object()).size()) + " options");
  return true;
}

void check_tools(const Toolset& toolset, const std::string& name, PluginReport& report) {
  if (toolset.tools().empty()) report.bad(name + " tools", "it has none");
  std::set<std::string> names;
  for (const ToolDefinition& tool : toolset.tools()) {
    const std::string what = name + " tool " + tool.name;
    const auto schema = nlohmann::json::parse(tool.input_schema, nullptr, false);
    if (!names.insert(tool.name).second) {
      report.bad(what, "it is there twice");
    } else if (tool.description.empty()) {
      report.bad(what, "it has no description, by which a model chooses");
    } else if (const std::string problem = manifest::schema_problem(schema); !problem.empty()) {
      report.bad(what, "its input schema: " + problem);
    } else {
      report.ok(what, tool.effect == ToolEffect::kChanges ? "changes things" : "only reads");
    }
  }
}

// Starts an instance, looks at what it says of itself, and ends it again.
void check_instance(Runtime& runtime, const FoundPlugin& plugin, const manifest::PluginUse& use,
                    const CheckArguments& arguments, const std::string& name,
                    PluginReport& report) {
  const std::string_view kind = view(plugin.kind->kind);
  if (kind == SP_KIND_MODEL) {
    const auto model = runtime.make_model(plugin, use);
    report.ok(name + " create", "made and ended");
  } else if (kind == SP_KIND_TEMPLATE_BUILDER) {
    const auto builder = runtime.make_template_builder(plugin, use);
    report.ok(name + " create", "made and ended");
  } else if (kind == SP_KIND_TOOLSET) {
    const auto toolset = runtime.make_toolset(plugin, use);
    report.ok(name + " create", "made and ended");
    check_tools(*toolset, name, report);
  } else {
    const auto backend = runtime.make_backend(plugin, use);
    report.ok(name + " create", "made and ended");
    if (nlohmann::json::accept(backend->capabilities_json())) {
      report.ok(name + " capabilities", backend->capabilities_json());
    } else {
      report.bad(name + " capabilities", "they are no JSON");
    }
    if (arguments.live) {
      check_live_backend(runtime, *backend, name, report);
    } else {
      report.skip(name + " sandbox", "--live makes one, uses it, and disposes of it");
    }
  }
}

void check_kind(Runtime& runtime, const std::shared_ptr<const LoadedPlugin>& plugin,
                const sp_kind& kind, const CheckArguments& arguments, PluginReport& report) {
  const std::string name = adapt::copy(kind.kind) + " " + adapt::copy(kind.name);
  if (!check_schema(kind, name, report)) return;
  const manifest::Manifest given = given_options(arguments.with);
  manifest::PluginUse use = given.sandbox.plugin;
  use.uses = adapt::copy(kind.name);
  use.path = name;
  manifest::Diagnostics problems(given.sources);
  manifest::check_options(use, view(kind.schema), *given.sources, problems);
  if (!problems.empty()) {
    const auto found = problems.take();
    report.skip(name + " create",
                found.front().path + ": " + found.front().message + "; give it by --with");
    return;
  }
  report.attempt(name + " create", [&] {
    check_instance(runtime, FoundPlugin{plugin, &kind}, use, arguments, name, report);
  });
}

ExitCode check(const CheckArguments& arguments) {
  PluginReport report(arguments.format);
  const std::filesystem::path file = std::filesystem::absolute(arguments.file);
  std::shared_ptr<const LoadedPlugin> plugin;
  const bool usable = report.attempt("file", [&] {
    const PluginFile checked(file, "");
    report.ok("file", "sha256 " + file_sha256(file));
  }) && report.attempt("load", [&] {
    plugin = LoadedPlugin::load(file, "");
    report.ok("load", "every symbol was found");
  });
  if (usable) {
    check_table(*plugin, report);
    Runtime runtime(runtime_options());
    for (const sp_kind* kind : plugin->kinds()) {
      check_kind(runtime, plugin, *kind, arguments, report);
    }
  }
  return report.finish();
}

}  // namespace

void add_plugin_check(CLI::App& plugin, ChosenCommand& chosen) {
  CLI::App* command = plugin.add_subcommand(
      "check", "Check a plugin file: the loader's rules, schemas, starting, tools");
  auto arguments = std::make_shared<CheckArguments>();
  command->add_option("FILE", arguments->file, "A *.sandport.so")->required();
  add_repeatable_option(*command, "--with", arguments->with, "KEY=VALUE",
                        "An option to start it with, as `with:` of a manifest has it");
  command->add_flag("--live", arguments->live,
                    "Also make a sandbox of a backend, use it and dispose of it; may cost money");
  add_json_output_option(*command, arguments->format);
  command->footer(
      "Examples:\n"
      "  sandport plugin check build/dice.sandport.so\n"
      "  sandport plugin check build/mine.sandport.so --with api_key='${secret:KEY}' --live\n"
      "\n"
      "Exit status: 0 when nothing is wrong, else 1.");
  command->callback([&chosen, arguments] { chosen.action = [=] { return check(*arguments); }; });
}

}  // namespace sandport

// `sandport plugin list|show|check|new`: what is installed, and what each plugin offers.
#include <CLI/CLI.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "core/error.hpp"
#include "core/json_text.hpp"
#include "host/command/command.hpp"
#include "host/plugin/adapt/text.hpp"
#include "host/plugin/plugin_file.hpp"
#include "host/plugin/registry.hpp"
#include "host/plugin/search_path.hpp"
#include "host/ui/table.hpp"
#include "host/ui/terminal.hpp"

namespace sandport {
namespace {

using Json = nlohmann::ordered_json;

// A plugin's own JSON; what is not JSON is shown as the text it is.
Json json_or_text(sp_str value) {
  Json parsed = Json::parse(view(value), nullptr, false);
  return parsed.is_discarded() ? Json(adapt::copy(value)) : parsed;
}

Json describe(const ListedPlugin& listed) {
  Json json{{"file", listed.file.string()}};
  if (!listed.shadowed_by.empty()) json["shadowed_by"] = listed.shadowed_by.string();
  if (listed.plugin == nullptr) {
    json["problem"] = listed.problem;
    return json;
  }
  const sp_plugin& table = listed.plugin->table();
  json["id"] = adapt::copy(table.id);
  json["version"] = adapt::copy(table.version);
  json["license"] = adapt::copy(table.license);
  json["homepage"] = adapt::copy(table.homepage);
  json["description"] = adapt::copy(table.description);
  json["abi"] = std::to_string(SP_ABI_MAJOR) + "." + std::to_string(table.abi_minor);
  json["sha256"] = file_sha256(listed.file);
  json["kinds"] = Json::array();
  for (const sp_kind* kind : listed.plugin->kinds()) {
    Json entry{{"kind", adapt::copy(kind->kind)},
               {"name", adapt::copy(kind->name)},
               {"summary", adapt::copy(kind->summary)},
               {"schema", json_or_text(kind->schema)}};
    if (SP_HAS(sp_kind, kind, capabilities.data)) {
      entry["capabilities"] = json_or_text(kind->capabilities);
    }
    json["kinds"].push_back(std::move(entry));
  }
  return json;
}

ExitCode list_plugins(OutputFormat format) {
  PluginRegistry registry(plugin_search_path());
  const std::vector<ListedPlugin> plugins = registry.list();
  if (format == OutputFormat::kJson) {
    Json array = Json::array();
    for (const ListedPlugin& listed : plugins) array.push_back(describe(listed));
    std::cout << json_text(array, JsonLayout::kIndented) << '\n';
    return ExitCode::kDone;
  }
  std::vector<std::vector<std::string>> rows{{"KIND", "NAME", "VERSION", "SUMMARY"}};
  std::vector<std::string> notes;
  for (const ListedPlugin& listed : plugins) {
    if (listed.plugin == nullptr) {
      notes.push_back("not loaded: " + listed.problem);
      continue;
    }
    if (!listed.shadowed_by.empty()) {
      notes.push_back("shadowed: " + listed.file.string() + ", by " + listed.shadowed_by.string());
      continue;
    }
    for (const sp_kind* kind : listed.plugin->kinds()) {
      rows.push_back({adapt::copy(kind->kind), adapt::copy(kind->name),
                      adapt::copy(listed.plugin->table().version),
                      printable(adapt::copy(kind->summary))});
    }
  }
  print_table(std::cout, rows);
  for (const std::string& note : notes) std::cerr << note << '\n';
  if (rows.size() == 1)
    std::cerr << "no plugins; `sandport doctor` shows where they are looked for\n";
  return ExitCode::kDone;
}

// Options as people read them: name, what they are, default.
void print_options(const Json& schema) {
  if (!schema.is_object() || !schema.contains("properties")) return;
  std::vector<std::vector<std::string>> rows;
  for (const auto& [name, option] : schema["properties"].items()) {
    std::string what = option.value("description", "");
    if (option.contains("default")) what += " (default " + option["default"].dump() + ")";
    rows.push_back({"    " + name, what});
  }
  print_table(std::cout, rows);
}

ExitCode show_plugin(const std::string& name, OutputFormat format) {
  PluginRegistry registry(plugin_search_path());
  bool found = false;
  for (const ListedPlugin& listed : registry.list()) {
    const bool by_file = listed.file == name || listed.file.filename() == name;
    bool by_name = false;
    if (listed.plugin != nullptr) {
      by_name = listed.plugin->id() == name;
      for (const sp_kind* kind : listed.plugin->kinds()) by_name |= view(kind->name) == name;
    }
    if (!by_file && !by_name) continue;
    found = true;
    const Json json = describe(listed);
    if (format == OutputFormat::kJson) {
      std::cout << json_text(json, JsonLayout::kIndented) << '\n';
      continue;
    }
    if (listed.plugin == nullptr) {
      std::cout << listed.problem << '\n';
      continue;
    }
    for (const char* key : {"id", "version", "description", "license", "homepage", "abi", "file",
                            "sha256", "shadowed_by"}) {
      if (json.contains(key)) std::cout << key << ": " << json[key].get<std::string>() << '\n';
    }
    for (const Json& kind : json["kinds"]) {
      std::cout << kind["kind"].get<std::string>() << ' ' << kind["name"].get<std::string>() << ": "
                << kind["summary"].get<std::string>() << '\n';
      print_options(kind["schema"]);
      if (kind.contains("capabilities")) {
        std::cout << "    capabilities: " << kind["capabilities"].dump() << '\n';
      }
    }
  }
  if (!found) {
    throw Error(Code::kNotFound,
                "no plugin \"" + name + "\"; `sandport plugin list` shows what there is");
  }
  return ExitCode::kDone;
}

}  // namespace

void add_plugin(CLI::App& root, ChosenCommand& chosen) {
  CLI::App* plugin = root.add_subcommand("plugin", "Show, check and begin plugins");
  plugin->require_subcommand(1);
  plugin->footer(
      "Examples:\n"
      "  sandport plugin list\n"
      "  sandport plugin show e2b\n"
      "  sandport plugin show openai --output json\n"
      "  sandport plugin new dice --kind toolset\n"
      "  sandport plugin check dice/build/dice.sandport.so");
  auto name = std::make_shared<std::string>();
  auto format = std::make_shared<OutputFormat>(OutputFormat::kText);

  CLI::App* command = plugin->add_subcommand("list", "List them, with those that cannot be loaded");
  add_json_output_option(*command, *format);
  command->callback([&chosen, format] { chosen.action = [=] { return list_plugins(*format); }; });

  command = plugin->add_subcommand("show", "Show one: its kinds, options, file and hash");
  command->add_option("NAME", *name, "A plugin's name, id or file")->required();
  add_json_output_option(*command, *format);
  command->callback(
      [&chosen, name, format] { chosen.action = [=] { return show_plugin(*name, *format); }; });

  add_plugin_check(*plugin, chosen);
  add_plugin_new(*plugin, chosen);
}

}  // namespace sandport

#include "host/command/template_access.hpp"

#include <sandport/abi.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>

#include "core/error.hpp"
#include "host/assembly/prepare.hpp"
#include "host/command/run_options.hpp"
#include "host/manifest/options.hpp"
#include "host/manifest/secrets.hpp"

namespace sandport {
namespace {

using Json = nlohmann::ordered_json;

manifest::Entry entry(const std::string& key, std::string text, manifest::Node::Style style) {
  manifest::Entry made;
  made.key = key;
  made.value.kind = manifest::Node::Kind::kString;
  made.value.style = style;
  made.value.text = std::move(text);
  if (style == manifest::Node::Style::kPlain) manifest::resolve_type(made.value);
  return made;
}

bool is_set(Runtime& runtime, const std::string& secret) {
  try {
    return !runtime.secret(secret).empty();
  } catch (const Error& error) {
    if (error.code() != Code::kNotFound) throw;
    return false;
  }
}

// Options that a schema takes from the environment. Secrets only as references.
void add_environment(Runtime& runtime, const Json& schema, manifest::PluginUse& use) {
  if (!schema.is_object() || !schema.contains("properties")) return;
  for (const auto& [key, option] : schema["properties"].items()) {
    const std::string variable = option.is_object() ? option.value("x-environment", "") : "";
    if (variable.empty() || use.with.find(key) != nullptr) continue;
    if (option.value("writeOnly", false)) {
      if (!is_set(runtime, variable)) continue;
      use.with.entries.push_back(
          entry(key, manifest::secret_reference(variable), manifest::Node::Style::kQuoted));
      use.secrets.push_back(variable);
    } else if (const char* value = std::getenv(variable.c_str());
               value != nullptr && *value != '\0') {
      use.with.entries.push_back(entry(key, value, manifest::Node::Style::kQuoted));
    }
  }
}

std::string read_text(const std::string& path) {
  if (std::filesystem::is_directory(path)) {
    throw Error(Code::kInvalidArgument, path + " is a directory, not a template file");
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) throw Error(Code::kNotFound, "cannot read " + path);
  return {std::istreambuf_iterator<char>(file), {}};
}

bool names_a_dockerfile(const std::string& path) {
  const std::filesystem::path name = std::filesystem::path(path).filename();
  return name.string().starts_with("Dockerfile") || name.extension() == ".Dockerfile" ||
         name.extension() == ".dockerfile" || name.string().starts_with("Containerfile");
}

// The NAMEs of every ${secret:NAME}.
std::set<std::string> secrets_in(const std::string& text) {
  constexpr std::string_view kOpen = "${secret:";
  std::set<std::string> names;
  for (std::size_t at = text.find(kOpen); at != std::string::npos; at = text.find(kOpen, at + 1)) {
    const std::size_t start = at + kOpen.size();
    std::size_t end = start;
    while (end < text.size() &&
           (std::isalnum(static_cast<unsigned char>(text[end])) != 0 || text[end] == '_')) {
      ++end;
    }
    if (end > start && end < text.size() && text[end] == '}') {
      names.insert(text.substr(start, end - start));
    }
  }
  return names;
}

manifest::PluginUse empty_use(const std::string& name) {
  manifest::PluginUse use;
  use.uses = name;
  use.path = "builder";
  use.with.kind = manifest::Node::Kind::kMap;
  return use;
}

// With what the environment adds, and the schema's defaults.
manifest::PluginUse checked(Runtime& runtime, const FoundPlugin& plugin, manifest::PluginUse use) {
  auto sources = std::make_shared<manifest::Sources>();
  sources->add("--with", std::filesystem::current_path());
  const std::string schema(view(plugin.kind->schema));
  add_environment(runtime, Json::parse(schema, nullptr, /*allow_exceptions=*/false), use);
  manifest::Diagnostics diagnostics(sources);
  manifest::check_options(use, schema, *sources, diagnostics);
  const std::vector<manifest::Diagnostic> problems = diagnostics.take();
  if (!problems.empty()) throw ManifestProblems(manifest::to_string(problems), problems.size());
  return use;
}

// "file:12:3: …" or "file:12: …".
bool begins_with_place(const std::string& lines) {
  const std::size_t end = std::min(lines.find(": "), lines.size());
  const std::size_t digits = lines.find_last_not_of("0123456789", end == 0 ? 0 : end - 1);
  return digits != std::string::npos && digits + 1 < end && lines[digits] == ':';
}

std::unique_ptr<TemplateBuilder> make_builder(Runtime& runtime, const BuilderArguments& arguments) {
  const FoundPlugin plugin = runtime.plugins().find(SP_KIND_TEMPLATE_BUILDER, arguments.builder);
  return runtime.make_template_builder(plugin, builder_options(runtime, plugin, arguments));
}

}  // namespace

void add_builder_arguments(CLI::App& command, BuilderArguments& arguments) {
  command.add_option("--builder", arguments.builder, "The plugin that builds")
      ->type_name("NAME")
      ->capture_default_str();
  add_repeatable_option(
      command, "--with", arguments.with, "OPTION=VALUE",
      "An option of the builder: --with build_timeout=30m; see `sandport plugin show`");
}

void add_source_arguments(CLI::App& command, TemplateSource& source) {
  command.add_option("FILE", source.file, "A template file, or a Dockerfile")->required();
  command.add_option("--name", source.name, "The template's name, in place of the file's");
  command.add_option("--context", source.context,
                     "The folder that is copied from, in place of the file's");
  command.add_flag("--dockerfile", source.is_dockerfile, "FILE is a Dockerfile, whatever its name");
}

manifest::PluginUse builder_options(Runtime& runtime, const FoundPlugin& plugin,
                                    const BuilderArguments& arguments) {
  manifest::PluginUse use = empty_use(arguments.builder);
  for (const std::string& option : arguments.with) {
    const std::size_t equals = option.find('=');
    if (equals == std::string::npos || equals == 0) {
      throw Error(Code::kInvalidArgument, "--with takes option=value, not \"" + option + '"');
    }
    use.with.entries.push_back(
        entry(option.substr(0, equals), option.substr(equals + 1), manifest::Node::Style::kPlain));
  }
  return checked(runtime, plugin, std::move(use));
}

manifest::PluginUse builder_options(Runtime& runtime, const FoundPlugin& plugin,
                                    const std::string& name, const manifest::PluginUse& backend) {
  manifest::PluginUse use = empty_use(name);
  const Json schema = Json::parse(view(plugin.kind->schema), nullptr, /*allow_exceptions=*/false);
  const Json properties = schema.is_object() ? schema.value("properties", Json::object()) : Json();
  for (const manifest::Entry& option : backend.with.entries) {
    if (!properties.contains(option.key)) continue;
    manifest::Entry taken = option;
    taken.value.location = {};
    taken.key_location = {};
    use.with.entries.push_back(std::move(taken));
  }
  use.secrets = backend.secrets;
  return checked(runtime, plugin, std::move(use));
}

std::string source_json(Runtime& runtime, const TemplateSource& source) {
  const std::string text = read_text(source.file);
  const bool is_dockerfile = source.is_dockerfile || names_a_dockerfile(source.file);
  Json json{{"file", source.file},
            {"text", text},
            {"format", is_dockerfile ? "dockerfile" : "yaml"},
            {"tags", source.tags},
            {"skip_cache", source.skip_cache},
            {"wait", source.wait}};
  if (!source.name.empty()) json["name"] = source.name;
  if (!source.context.empty()) json["context"] = source.context;
  for (const std::string& name : secrets_in(text)) {
    // One that is not set is reported by the builder, at its place.
    if (is_set(runtime, name)) json["secrets"][name] = runtime.secret(name);
  }
  try {
    return json.dump();
  } catch (const Json::exception&) {
    throw Error(Code::kInvalidArgument, source.file + ": not UTF-8 text");
  }
}

void throw_if_problems(const Error& error) {
  const std::string lines = error.what();
  if (error.code() != Code::kInvalidArgument || !begins_with_place(lines)) return;
  const auto count = static_cast<std::size_t>(std::count(lines.begin(), lines.end(), '\n')) + 1;
  throw ManifestProblems(lines + '\n', count);
}

BuilderAccess::BuilderAccess(const BuilderArguments& arguments)
    : runtime_(runtime_options()),
      interrupts_(runtime_.engine()),
      builder_(make_builder(runtime_, arguments)),
      strand_(runtime_.engine().make_strand()) {}

}  // namespace sandport

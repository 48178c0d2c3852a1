// `sandport template plan|from-dockerfile|init`: what sends nothing.
#include <fmt/format.h>
#include <sandport/abi.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "core/error.hpp"
#include "core/json_text.hpp"
#include "host/command/template_access.hpp"
#include "host/command/template_commands.hpp"
#include "host/plugin/search_path.hpp"
#include "host/ui/table.hpp"
#include "host/ui/terminal.hpp"

namespace sandport {
namespace {

using Json = nlohmann::ordered_json;

struct PlanArguments {
  TemplateSource source;
  BuilderArguments builder;
  OutputFormat format = OutputFormat::kText;
  std::string output;  // of from-dockerfile and init; empty: standard output
};

Json make_plan(const PlanArguments& arguments) {
  BuilderAccess access(arguments.builder);
  const std::string source = source_json(access.runtime(), arguments.source);
  std::string plan;
  try {
    plan = access.wait(access.builder().plan(source));
  } catch (const Error& error) {
    throw_if_problems(error);
    throw;
  }
  Json parsed = Json::parse(access.runtime().redact(plan), nullptr, /*allow_exceptions=*/false);
  if (!parsed.is_object()) {
    throw Error(Code::kInternal, "the builder " + arguments.builder.builder + " made no plan");
  }
  return parsed;
}

std::string size_text(std::uint64_t bytes) {
  constexpr const char* kUnits[] = {"B", "KiB", "MiB", "GiB", "TiB"};
  double size = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (size >= 1024 && unit < 4) {
    size /= 1024;
    ++unit;
  }
  if (unit == 0) return fmt::format("{:.0f} {}", size, kUnits[unit]);
  return fmt::format("{:.1f} {}", size, kUnits[unit]);
}

// A warning each line, on standard error.
void print_warnings(const Json& plan) {
  if (!plan.contains("diagnostics")) return;
  for (const Json& found : plan["diagnostics"]) {
    std::string place = found.value("file", "");
    if (const int line = found.value("line", 0); line > 0) place += ':' + std::to_string(line);
    std::cerr << printable(place) << ": " << found.value("severity", "warning") << ": "
              << printable(found.value("message", "")) << '\n';
  }
}

void print_uploads(const Json& plan) {
  if (!plan.contains("uploads") || plan["uploads"].empty()) return;
  std::vector<std::vector<std::string>> rows{
      {"STEP", "FROM", "TO", "FILES", "SIZE", "AT THE SERVICE"}};
  for (const Json& upload : plan["uploads"]) {
    const auto cached = upload.find("cached");
    const std::string state = cached == upload.end() ? "not known"
                              : cached->get<bool>()  ? "already there"
                                                     : "to be uploaded";
    rows.push_back({std::to_string(upload.value("step", 0)), printable(upload.value("source", "")),
                    printable(upload.value("destination", "")),
                    std::to_string(upload.value("entries", 0)),
                    size_text(upload.value("bytes", std::uint64_t{0})), state});
  }
  std::cout << '\n';
  print_table(std::cout, rows);
}

ExitCode plan(const PlanArguments& arguments) {
  const Json plan = make_plan(arguments);
  if (arguments.format == OutputFormat::kJson) {
    std::cout << json_text(plan, JsonLayout::kIndented) << '\n';
    return ExitCode::kDone;
  }
  print_warnings(plan);
  std::cout << "template " << printable(plan.value("name", "")) << ", as a Dockerfile:\n\n"
            << printable(plan.value("dockerfile", ""));
  print_uploads(plan);
  const std::size_t files = plan.contains("files") ? plan["files"].size() : 0;
  std::cout << "\nfiles: " << files << ", " << size_text(plan.value("bytes", std::uint64_t{0}))
            << "; --json lists them, and the requests that build would send\n";
  return ExitCode::kDone;
}

// Never over a file that is there.
void write_output(const std::string& path, const std::string& text) {
  if (path.empty()) {
    std::cout << text;
    return;
  }
  if (std::filesystem::exists(path)) {
    throw Error(Code::kAlreadyExists, path + " is there already; remove it, or choose another");
  }
  std::ofstream file(path, std::ios::binary);
  file << text;
  if (!file.flush()) throw Error(Code::kFailedPrecondition, "cannot write " + path);
  std::cerr << "wrote " << path << '\n';
}

ExitCode from_dockerfile(PlanArguments arguments) {
  arguments.source.is_dockerfile = true;
  const Json plan = make_plan(arguments);
  const std::string text = plan.value("template_file", "");
  if (text.empty()) {
    throw Error(Code::kUnimplemented,
                "the builder " + arguments.builder.builder + " writes no template files");
  }
  print_warnings(plan);
  write_output(arguments.output, text);
  return ExitCode::kDone;
}

ExitCode init(const PlanArguments& arguments) {
  PluginRegistry registry(plugin_search_path());
  const FoundPlugin plugin = registry.find(SP_KIND_TEMPLATE_BUILDER, arguments.builder.builder);
  const Json schema = Json::parse(view(plugin.kind->schema), nullptr, /*allow_exceptions=*/false);
  const std::string text = schema.is_object() ? schema.value("x-starter", "") : std::string();
  if (text.empty()) {
    throw Error(Code::kUnimplemented,
                "the builder " + arguments.builder.builder + " has no starter file");
  }
  write_output(arguments.output, text);
  return ExitCode::kDone;
}

}  // namespace

void add_template_plan(CLI::App& parent, ChosenCommand& chosen) {
  CLI::App* command = parent.add_subcommand(
      "plan", "Show what a build would send; checks everything, spends nothing");
  auto arguments = std::make_shared<PlanArguments>();
  add_source_arguments(*command, arguments->source);
  add_repeatable_option(*command, "--tag", arguments->source.tags, "TAG", "A tag for the build");
  add_builder_arguments(*command, arguments->builder);
  add_json_options(*command, arguments->format);
  command->footer(
      "Examples:\n"
      "  sandport template plan template.yaml\n"
      "  sandport template plan Dockerfile --name my-template\n"
      "  sandport template plan template.yaml --json | jq .request");
  command->callback([&chosen, arguments] { chosen.action = [=] { return plan(*arguments); }; });
}

void add_template_from_dockerfile(CLI::App& parent, ChosenCommand& chosen) {
  CLI::App* command =
      parent.add_subcommand("from-dockerfile", "Write a Dockerfile as a template file");
  auto arguments = std::make_shared<PlanArguments>();
  add_source_arguments(*command, arguments->source);
  command->add_option("-o,--out", arguments->output, "Where to; default: standard output");
  add_builder_arguments(*command, arguments->builder);
  command->footer(
      "Examples:\n"
      "  sandport template from-dockerfile Dockerfile --name my-template -o template.yaml\n"
      "\n"
      "What a template cannot hold is refused with its line and the reason.");
  command->callback(
      [&chosen, arguments] { chosen.action = [=] { return from_dockerfile(*arguments); }; });
}

void add_template_init(CLI::App& parent, ChosenCommand& chosen) {
  CLI::App* command = parent.add_subcommand("init", "Write a template file to start from");
  auto arguments = std::make_shared<PlanArguments>();
  command->add_option("FILE", arguments->output, "Where to; default: standard output");
  command->add_option("--builder", arguments->builder.builder, "The plugin that builds")
      ->type_name("NAME")
      ->capture_default_str();
  command->footer(
      "Examples:\n"
      "  sandport template init template.yaml");
  command->callback([&chosen, arguments] { chosen.action = [=] { return init(*arguments); }; });
}

}  // namespace sandport

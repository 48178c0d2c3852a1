// `sandport template build|logs`: what runs at the service while we watch.
#include <CLI/CLI.hpp>
#include <chrono>
#include <iostream>
#include <nlohmann/json.hpp>

#include "core/error.hpp"
#include "core/json_text.hpp"
#include "host/command/run_options.hpp"
#include "host/command/template_access.hpp"
#include "host/command/template_commands.hpp"
#include "host/command/template_progress.hpp"
#include "host/manifest/duration.hpp"

namespace sandport {
namespace {

using Json = nlohmann::ordered_json;

struct BuildArguments {
  TemplateSource source;
  BuilderArguments builder;
  OutputFormat format = OutputFormat::kText;
  std::string template_id;  // of logs
  std::string build_id;
};

// What stopped is our waiting: the build itself goes on, and can be found again.
void tell_what_goes_on(const TemplateProgress& progress) {
  if (progress.build_id().empty()) {
    tell("stopped before the service was asked to build anything");
    return;
  }
  const std::string ids = progress.template_id() + ' ' + progress.build_id();
  tell("stopped waiting; build " + progress.build_id() + " of template " + progress.template_id() +
       " goes on at the service\n  watch it again:    sandport template logs " + ids +
       "\n  ask how it stands: sandport template status " + ids +
       "\n  take it away:      sandport template delete " + progress.template_id());
}

// Waits for a build with Ctrl-C and failures explained.
template <typename Start>
ExitCode watch(BuilderAccess& access, OutputFormat format, const Start& start, Json& result) {
  TemplateProgress progress(format);
  try {
    const std::string text = access.wait(start(progress.listener()));
    result = Json::parse(text, nullptr, /*allow_exceptions=*/false);
    return ExitCode::kDone;
  } catch (const Error& error) {
    if (format == OutputFormat::kText) throw_if_problems(error);
    if (format != OutputFormat::kText) {
      result = Json{{"state", error.code() == Code::kCancelled ? "interrupted" : "failed"},
                    {"error", access.runtime().redact(error.what())}};
      if (!progress.build_id().empty()) {
        result["template_id"] = progress.template_id();
        result["build_id"] = progress.build_id();
      }
    }
    if (error.code() == Code::kCancelled) {
      tell_what_goes_on(progress);
    } else {
      tell(access.runtime().redact(error.what()));
    }
    return exit_code_for(error);
  }
}

void print_result(OutputFormat format, const Json& result) {
  if (format == OutputFormat::kText || result.is_null()) return;
  Json shown = result;
  if (format == OutputFormat::kStreamJson) shown["type"] = "result";
  std::cout << json_text(shown, format == OutputFormat::kJson ? JsonLayout::kIndented
                                                              : JsonLayout::kCompact)
            << '\n';
}

void print_summary(const Json& result, std::chrono::milliseconds took) {
  const std::string name = result.value("name", result.value("template_id", ""));
  const bool ready = result.value("state", "") == "ready";
  std::cout << (result.value("reused", false) ? "unchanged, nothing was built: "
                : ready                       ? "built "
                                              : "started ")
            << name;
  if (ready && !result.value("reused", false)) {
    std::cout << " in " << manifest::format_duration(took);
  }
  std::cout << "\n  template  " << result.value("template_id", "") << "\n  build     "
            << result.value("build_id", "") << '\n';
  if (ready) {
    std::cout << "  use it    sandbox: {uses: e2b, with: {template: " << name << "}}\n";
  } else {
    std::cout << "  watch it  sandport template logs " << result.value("template_id", "") << ' '
              << result.value("build_id", "") << '\n';
  }
}

ExitCode build(const BuildArguments& arguments) {
  BuilderAccess access(arguments.builder);
  const std::string source = source_json(access.runtime(), arguments.source);
  const auto begun = std::chrono::steady_clock::now();
  Json result;
  const ExitCode code = watch(
      access, arguments.format,
      [&](BuildListener listener) { return access.builder().build(source, std::move(listener)); },
      result);
  print_result(arguments.format, result);
  if (code == ExitCode::kDone && arguments.format == OutputFormat::kText) {
    // Whole seconds: nobody counts more closely.
    const auto took =
        std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - begun);
    print_summary(result, std::max(took, std::chrono::seconds(1)));
  }
  return code;
}

ExitCode logs(const BuildArguments& arguments) {
  BuilderAccess access(arguments.builder);
  const std::string ids =
      Json{{"template_id", arguments.template_id}, {"build_id", arguments.build_id}}.dump();
  Json result;
  const ExitCode code = watch(
      access, arguments.format,
      [&](BuildListener listener) { return access.builder().follow(ids, std::move(listener)); },
      result);
  print_result(arguments.format, result);
  if (code == ExitCode::kDone && arguments.format == OutputFormat::kText) {
    std::cerr << "build " << arguments.build_id << " is " << result.value("state", "ready") << '\n';
  }
  return code;
}

}  // namespace

void add_template_build(CLI::App& parent, ChosenCommand& chosen) {
  CLI::App* command = parent.add_subcommand("build", "Build a template, and show its log");
  auto arguments = std::make_shared<BuildArguments>();
  add_source_arguments(*command, arguments->source);
  add_repeatable_option(*command, "--tag", arguments->source.tags, "TAG",
                        "A tag for the build; may be repeated");
  command->add_flag("--skip-cache", arguments->source.skip_cache,
                    "Run every step again, also when nothing changed");
  command->add_flag(
      "--no-wait", [arguments](std::int64_t) { arguments->source.wait = false; },
      "Return once the build was started");
  add_builder_arguments(*command, arguments->builder);
  add_output_option(*command, arguments->format);
  command->add_flag(
      "--json", [arguments](std::int64_t) { arguments->format = OutputFormat::kJson; },
      "Same as --output json");
  command->footer(
      "Examples:\n"
      "  sandport template build template.yaml --tag v1 --tag latest\n"
      "  sandport template build Dockerfile --name my-template --context .\n"
      "  sandport template build template.yaml --with build_timeout=30m --json\n"
      "\n"
      "Building the same content again does nothing, and says so.");
  command->callback([&chosen, arguments] { chosen.action = [=] { return build(*arguments); }; });
}

void add_template_logs(CLI::App& parent, ChosenCommand& chosen) {
  CLI::App* command = parent.add_subcommand("logs", "Show the log of a build, and follow it");
  auto arguments = std::make_shared<BuildArguments>();
  command->add_option("TEMPLATE", arguments->template_id, "The template's id")->required();
  command->add_option("BUILD", arguments->build_id, "The build's id")->required();
  add_builder_arguments(*command, arguments->builder);
  add_output_option(*command, arguments->format);
  command->footer(
      "Examples:\n"
      "  sandport template logs rki5dems9wqfm4r03t7g 8f3c2a1e-0a4b-4f6a-9a57-0a1b2c3d4e5f");
  command->callback([&chosen, arguments] { chosen.action = [=] { return logs(*arguments); }; });
}

}  // namespace sandport

#include <CLI/CLI.hpp>
#include <map>

#include "host/command/command.hpp"

namespace sandport {

void add_manifest_arguments(CLI::App& command, ManifestArguments& arguments) {
  command.add_option("MANIFEST", arguments.path, "The manifest, a YAML file")->required();
  command
      .add_option("--set", arguments.sets,
                  "Overrides one value of the manifest: --set agent.max_steps=20")
      ->type_name("PATH=VALUE")
      ->take_all()
      ->expected(1);
}

void add_output_option(CLI::App& command, OutputFormat& format) {
  static const std::map<std::string, OutputFormat> kFormats{
      {"text", OutputFormat::kText},
      {"json", OutputFormat::kJson},
      {"stream-json", OutputFormat::kStreamJson}};
  command.add_option("--output", format, "text, json (one object at the end) or stream-json")
      ->type_name("FORMAT")
      ->transform(CLI::CheckedTransformer(kFormats, CLI::ignore_case).description(""));
}

void add_json_output_option(CLI::App& command, OutputFormat& format) {
  static const std::map<std::string, OutputFormat> kFormats{{"text", OutputFormat::kText},
                                                            {"json", OutputFormat::kJson}};
  command.add_option("--output", format, "text or json")
      ->type_name("FORMAT")
      ->transform(CLI::CheckedTransformer(kFormats, CLI::ignore_case).description(""));
}

}  // namespace sandport

#include <CLI/CLI.hpp>
#include <map>

#include "host/command/command.hpp"

namespace sandport {

void add_repeatable_option(CLI::App& command, const std::string& name,
                           std::vector<std::string>& values, const std::string& value_name,
                           const std::string& what) {
  command.add_option(name, values, what)
      ->type_name(value_name)
      ->take_all()
      ->expected(1)
      // CLI11 would take every word up to the next option, and a `--` with them.
      ->allow_extra_args(false);
}

void add_manifest_arguments(CLI::App& command, ManifestArguments& arguments) {
  command.add_option("MANIFEST", arguments.path, "The manifest, a YAML file")->required();
  add_repeatable_option(command, "--set", arguments.sets, "PATH=VALUE",
                        "Overrides one value of the manifest: --set agent.max_steps=20");
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

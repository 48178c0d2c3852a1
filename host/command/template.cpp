// `sandport template …`: the images that sandboxes start from.
#include <CLI/CLI.hpp>

#include "host/command/template_commands.hpp"

namespace sandport {

void add_json_options(CLI::App& command, OutputFormat& format) {
  add_json_output_option(command, format);
  command.add_flag(
      "--json", [&format](std::int64_t) { format = OutputFormat::kJson; }, "Same as --output json");
}

void add_template(CLI::App& root, ChosenCommand& chosen) {
  CLI::App* parent = root.add_subcommand("template", "Make the images that sandboxes start from");
  parent->require_subcommand(1);
  parent->footer(
      "Examples:\n"
      "  sandport template init > template.yaml\n"
      "  sandport template plan template.yaml\n"
      "  sandport template build template.yaml --tag v1\n"
      "  sandport template from-dockerfile Dockerfile --name my-template > template.yaml\n"
      "In a manifest: sandbox: {uses: e2b, with: {template: my-template}}");
  add_template_plan(*parent, chosen);
  add_template_build(*parent, chosen);
  add_template_logs(*parent, chosen);
  add_template_queries(*parent, chosen);
  add_template_init(*parent, chosen);
  add_template_from_dockerfile(*parent, chosen);
}

}  // namespace sandport

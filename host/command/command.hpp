// What the subcommands share: how each joins the command line, and how it runs.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "host/command/exit_code.hpp"

namespace CLI {
class App;
}

namespace sandport {

// The one subcommand that the command line named sets `action`; main() then runs it.
struct ChosenCommand {
  std::function<ExitCode()> action;
};

enum class OutputFormat { kText, kJson, kStreamJson };

// `MANIFEST`, `--set path=value …`: what every command that reads a manifest takes.
struct ManifestArguments {
  std::string path;
  std::vector<std::string> sets;
};

// An option that is given once for each of its values; what follows a value is not its.
void add_repeatable_option(CLI::App& command, const std::string& name,
                           std::vector<std::string>& values, const std::string& value_name,
                           const std::string& what);
void add_manifest_arguments(CLI::App& command, ManifestArguments& arguments);
void add_output_option(CLI::App& command, OutputFormat& format);
// For commands that have no stream to speak of.
void add_json_output_option(CLI::App& command, OutputFormat& format);

// One file per subcommand.
void add_run(CLI::App& root, ChosenCommand& chosen);
void add_chat(CLI::App& root, ChosenCommand& chosen);
void add_batch(CLI::App& root, ChosenCommand& chosen);
void add_exec(CLI::App& root, ChosenCommand& chosen);
void add_validate(CLI::App& root, ChosenCommand& chosen);
void add_config(CLI::App& root, ChosenCommand& chosen);
void add_schema(CLI::App& root, ChosenCommand& chosen);
void add_plugin(CLI::App& root, ChosenCommand& chosen);
// Below `plugin`.
void add_plugin_check(CLI::App& plugin, ChosenCommand& chosen);
void add_plugin_new(CLI::App& plugin, ChosenCommand& chosen);
void add_session(CLI::App& root, ChosenCommand& chosen);
void add_sandbox(CLI::App& root, ChosenCommand& chosen);
void add_template(CLI::App& root, ChosenCommand& chosen);
void add_doctor(CLI::App& root, ChosenCommand& chosen);
void add_completion(CLI::App& root, ChosenCommand& chosen);

}  // namespace sandport

// The subcommands of `sandport template`, each in a file with its kin.
#pragma once

#include "host/command/command.hpp"

namespace CLI {
class App;
}

namespace sandport {

// plan, from-dockerfile, init
void add_template_plan(CLI::App& parent, ChosenCommand& chosen);
void add_template_from_dockerfile(CLI::App& parent, ChosenCommand& chosen);
void add_template_init(CLI::App& parent, ChosenCommand& chosen);
// build, logs
void add_template_build(CLI::App& parent, ChosenCommand& chosen);
void add_template_logs(CLI::App& parent, ChosenCommand& chosen);
// status, exists, list, tag, delete
void add_template_queries(CLI::App& parent, ChosenCommand& chosen);

// --output text|json, and --json for short.
void add_json_options(CLI::App& command, OutputFormat& format);

}  // namespace sandport

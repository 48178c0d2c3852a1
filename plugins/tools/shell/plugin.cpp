// The `shell` toolset: commands in the sandbox, also in the background.
#include <sandport/plugin.hpp>

#include "options.hpp"
#include "shell_toolset.hpp"

namespace {

std::unique_ptr<sandport::Toolset> make(sandport::Host /*host*/, std::string_view config) {
  return std::make_unique<shell::ShellToolset>(shell::parse_options(config));
}

constexpr const char* kSchema = R"json({
  "type": "object",
  "properties": {
    "timeout": {"type": "string", "format": "duration", "default": "120s", "description": "For a command that names no timeout_ms"},
    "max_timeout": {"type": "string", "format": "duration", "description": "The most that timeout_ms may ask for (default: 10m, or timeout if that is longer)"},
    "max_output": {"type": "string", "format": "size", "default": "30KiB", "description": "Output shown of one command: its beginning and its end"},
    "env": {"type": "object", "additionalProperties": {"type": "string"}, "description": "Environment variables for every command"}
  },
  "additionalProperties": false
})json";

}  // namespace

SANDPORT_PLUGIN("io.sandport.shell", "0.1.0", "Apache-2.0", "Shell commands in the sandbox",
                sandport::toolset_kind<make>("shell",
                                             "Shell commands: bash_run, bash_logs, bash_kill",
                                             kSchema))

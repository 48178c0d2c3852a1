#include "schemas.hpp"

#include "command.hpp"

namespace shell {

std::string run_description(const Options& options) {
  return "Run a shell command in the sandbox and read its output. Each call is a new shell that "
         "starts in the working directory (or cwd): nothing but files is kept between calls. "
         "Standard output and standard error come together, in order; of more than " +
         std::to_string(options.max_output / 1024) +
         " KiB the beginning and the end are shown. There is no input and no terminal, so use "
         "options that do not ask. It is killed with all that it started after " +
         describe_duration(options.timeout) + ", or timeout_ms (at most " +
         describe_duration(options.max_timeout) +
         "). Use background for servers and other commands that run on: the result then is a "
         "shell_id for bash_logs and bash_kill.";
}

const char* const kRunSchema = R"({
  "type": "object",
  "properties": {
    "cmd": {"type": "string", "minLength": 1, "description": "The command, as bash takes it"},
    "cwd": {"type": "string", "description": "Directory to start in; relative to the working directory"},
    "timeout_ms": {"type": "integer", "minimum": 1, "description": "Milliseconds until it is killed. In the background: none unless given"},
    "background": {"type": "boolean", "default": false, "description": "Return at once and leave it running"},
    "env": {"type": "object", "additionalProperties": {"type": "string"}, "description": "Environment variables to add"}
  },
  "required": ["cmd"],
  "additionalProperties": false
})";

const char* const kLogsSchema = R"({
  "type": "object",
  "properties": {
    "shell_id": {"type": "string", "description": "From bash_run with background"},
    "offset": {"type": "integer", "minimum": 0, "description": "Byte to start at; 0 reads all again. Default: where the last bash_logs ended"},
    "wait_ms": {"type": "integer", "minimum": 0, "maximum": 600000, "default": 0, "description": "Wait so long for new output or the end when there is none yet"}
  },
  "required": ["shell_id"],
  "additionalProperties": false
})";

const char* const kKillSchema = R"({
  "type": "object",
  "properties": {
    "shell_id": {"type": "string", "description": "From bash_run with background"}
  },
  "required": ["shell_id"],
  "additionalProperties": false
})";

}  // namespace shell

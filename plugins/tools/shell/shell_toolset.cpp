#include "shell_toolset.hpp"

#include <nlohmann/json.hpp>

#include "bash_kill.hpp"
#include "bash_logs.hpp"
#include "bash_run.hpp"
#include "schemas.hpp"

namespace shell {

using nlohmann::json;
using sandport::Call;
using sandport::Task;
using sandport::ToolResult;

ShellToolset::ShellToolset(Options options) : options_(std::move(options)) {
  add({"bash_run",
       "Run a command",
       run_description(options_),
       kRunSchema,
       {.read_only = false, .destructive = true, .idempotent = false, .open_world = true},
       [this](Call& call) { return bash_run(call, options_, background_); }});
  add({"bash_logs",
       "Read a background command's output",
       "Read what a background command has written since the last bash_logs (or since offset), and "
       "whether it still runs.",
       kLogsSchema,
       {.read_only = true, .destructive = {}, .idempotent = false, .open_world = false},
       [this](Call& call) { return bash_logs(call, options_, background_); }});
  add({"bash_kill",
       "Stop a background command",
       "Stop a background command and every process it started: SIGTERM, then SIGKILL for what is "
       "left after two seconds.",
       kKillSchema,
       {.read_only = false, .destructive = true, .idempotent = true, .open_world = false},
       [this](Call& call) { return bash_kill(call, background_); }});
}

}  // namespace shell

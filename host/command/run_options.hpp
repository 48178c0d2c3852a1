// What run, chat and batch have in common: options, and how a turn's end becomes an exit status.
#pragma once

#include <string>
#include <string_view>

#include "core/agent/agent_loop.hpp"
#include "host/assembly/runtime.hpp"
#include "host/command/command.hpp"
#include "host/ui/text_view.hpp"

namespace sandport {

struct RunOptions {
  ManifestArguments manifest;
  std::string session;  // an id, the beginning of one, or `last`; empty: a new one
  OutputFormat format = OutputFormat::kText;
  Detail detail = Detail::kNormal;
};

// --session, --quiet, --verbose.
void add_run_options(CLI::App& command, RunOptions& options);

// As the environment has them. Throws Error kInvalidArgument that names the variable.
[[nodiscard]] RuntimeOptions runtime_options();
[[nodiscard]] RuntimeOptions runtime_options(const RunOptions& options);

// The id of the session that `--session` names, empty for a new one.
[[nodiscard]] std::string session_to_resume(Runtime& runtime, const RunOptions& options);

[[nodiscard]] ExitCode exit_code_for(const TurnResult& result);

// One line on standard error.
void tell(std::string_view message);

}  // namespace sandport

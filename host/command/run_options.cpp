#include "host/command/run_options.hpp"

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <iostream>

#include "core/agent/retry.hpp"
#include "core/error.hpp"
#include "host/manifest/duration.hpp"

namespace sandport {

void add_run_options(CLI::App& command, RunOptions& options) {
  command.add_option("--session", options.session,
                     "Go on with a stored session: its id, the beginning of it, or `last`");
  auto* quiet = command.add_flag(
      "-q,--quiet", [&options](std::int64_t) { options.detail = Detail::kQuiet; },
      "Only the answer");
  command
      .add_flag(
          "-v,--verbose", [&options](std::int64_t) { options.detail = Detail::kVerbose; },
          "Also reasoning, tool output and the plugins' logs")
      ->excludes(quiet);
}

RuntimeOptions runtime_options() {
  RuntimeOptions runtime;
  constexpr const char* kVariable = "SANDPORT_PLUGIN_START_TIMEOUT";
  if (const char* timeout = std::getenv(kVariable); timeout != nullptr) {
    try {
      runtime.plugin_start_timeout = manifest::parse_duration(timeout);
    } catch (const Error& error) {
      throw Error(error.code(), std::string(kVariable) + ": " + error.what());
    }
  }
  return runtime;
}

RuntimeOptions runtime_options(const RunOptions& options) {
  RuntimeOptions runtime = runtime_options();
  if (options.detail == Detail::kVerbose) runtime.logging = Logging::kEverything;
  return runtime;
}

std::string session_to_resume(Runtime& runtime, const RunOptions& options) {
  if (options.session.empty()) return {};
  if (options.session != "last") return runtime.store().find(options.session).id;
  ListPage newest;
  newest.limit = 1;
  const auto sessions = runtime.store().list(newest);
  if (sessions.empty()) throw Error(Code::kNotFound, "--session last: there is no session yet");
  return sessions.front().id;
}

ExitCode exit_code_for(const TurnResult& result) {
  switch (result.end) {
    case TurnEnd::kFinished:
      return ExitCode::kDone;
    case TurnEnd::kCutOff:
    case TurnEnd::kLimitReached:
    case TurnEnd::kDenied:
      return ExitCode::kStopped;
    case TurnEnd::kInterrupted:
      return ExitCode::kInterrupted;
    case TurnEnd::kFailed:
      // Not exit_code_for(Error): a request that the model's server finds invalid is no wrong usage
      // of this command.
      return result.error && is_worth_retrying(*result.error) ? ExitCode::kTemporary
                                                              : ExitCode::kFailed;
  }
  return ExitCode::kFailed;
}

void tell(std::string_view message) { std::cerr << "sandport: " << message << std::endl; }

}  // namespace sandport

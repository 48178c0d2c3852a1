// Runs one of our small shell programs in the sandbox and brings what it said.
#pragma once

#include <sandport/exec.hpp>
#include <sandport/task.hpp>
#include <string>

#include "connect/envd.hpp"
#include "process/start_request.hpp"

namespace sandport_e2b {

struct ScriptCall {
  ScriptCall(std::string_view script, std::string purpose) : doing(std::move(purpose)) {
    start.script = script;
    start.key = "sandport";
    start.cwd = "/";
    start.envs = {{"LC_ALL", "C"}};  // its complaints are read by us
  }

  StartRequest start;
  std::string doing;
  std::string user;
  Repeat repeat = Repeat::kUnsafe;  // kSafe: it only looks
};

struct ScriptResult {
  ScriptResult() = default;

  sandport::ExitStatus exit;
  std::string out;
  std::string err;
};

// Throws sandport::Error when it could not be run to its end; what it exits with is not looked at.
[[nodiscard]] sandport::Task<ScriptResult> run_script(const Envd& envd, ScriptCall call);

// The error of a program that failed, by the words on its standard error.
[[nodiscard]] sandport::Error script_error(const ScriptResult& result, const std::string& doing,
                                           const std::string& path);

}  // namespace sandport_e2b

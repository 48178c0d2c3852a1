// The short form of the conformance suite that `sandport plugin check --live` runs on a backend.
#pragma once

#include <string>

#include "core/sandbox/sandbox.hpp"
#include "host/assembly/runtime.hpp"
#include "host/command/plugin_report.hpp"

namespace sandport {

// Makes a sandbox, uses it, and disposes of it, whatever happens in between. `name` begins the name
// of each check.
void check_live_backend(Runtime& runtime, Backend& backend, const std::string& name,
                        PluginReport& report);

}  // namespace sandport

// Checks a tool call's arguments against the tool's JSON Schema before the tool sees them.
#pragma once

#include "core/agent/agent_config.hpp"
#include "core/agent/tool_catalog.hpp"

namespace sandport {

// The schemas are compiled once, here; the result may be called from any thread. Throws Error
// kInvalidArgument when a tool's schema is not a JSON Schema.
[[nodiscard]] ArgumentCheck make_argument_check(const ToolCatalog& catalog);

}  // namespace sandport

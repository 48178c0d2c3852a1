// The tool bash_kill.
#pragma once

#include <sandport/toolset.hpp>

#include "background.hpp"

namespace shell {

// All arguments outlive the Task.
[[nodiscard]] sandport::Task<sandport::ToolResult> bash_kill(sandport::Call& call,
                                                             const BackgroundList& background);

}  // namespace shell

// The tool bash_run.
#pragma once

#include <sandport/toolset.hpp>

#include "background.hpp"
#include "options.hpp"

namespace shell {

// All arguments outlive the Task.
[[nodiscard]] sandport::Task<sandport::ToolResult> bash_run(sandport::Call& call,
                                                            const Options& options,
                                                            BackgroundList& background);

}  // namespace shell

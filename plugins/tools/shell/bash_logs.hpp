// The tool bash_logs.
#pragma once

#include <sandport/toolset.hpp>

#include "background.hpp"
#include "options.hpp"

namespace shell {

// All arguments outlive the Task.
[[nodiscard]] sandport::Task<sandport::ToolResult> bash_logs(sandport::Call& call,
                                                             const Options& options,
                                                             const BackgroundList& background);

// The answer to an id that no background command has.
[[nodiscard]] sandport::ToolResult unknown_shell(const sandport::Call& call,
                                                 const BackgroundList& background,
                                                 const std::string& id);

}  // namespace shell

// The handlers of the tools; each parses its arguments and answers the model.
#pragma once

#include <sandport/toolset.hpp>

#include "toolbox.hpp"

namespace files {

// Arguments outlive the Task. They throw Refusal for what the model may mend; see tool_failure.hpp.
[[nodiscard]] sandport::Task<sandport::ToolResult> fs_read(sandport::Call& call, Toolbox& tools);
[[nodiscard]] sandport::Task<sandport::ToolResult> fs_write(sandport::Call& call, Toolbox& tools);
[[nodiscard]] sandport::Task<sandport::ToolResult> fs_edit(sandport::Call& call, Toolbox& tools);
[[nodiscard]] sandport::Task<sandport::ToolResult> fs_multi_edit(sandport::Call& call,
                                                                 Toolbox& tools);
[[nodiscard]] sandport::Task<sandport::ToolResult> fs_list(sandport::Call& call, Toolbox& tools);
[[nodiscard]] sandport::Task<sandport::ToolResult> fs_glob(sandport::Call& call, Toolbox& tools);
[[nodiscard]] sandport::Task<sandport::ToolResult> fs_grep(sandport::Call& call, Toolbox& tools);

}  // namespace files

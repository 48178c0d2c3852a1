#include <nlohmann/json.hpp>

#include "grep_arguments.hpp"
#include "grep_text.hpp"
#include "tool_failure.hpp"
#include "tools.hpp"

namespace files {

using sandport::Task;
using sandport::ToolResult;

Task<ToolResult> fs_grep(sandport::Call& call, Toolbox& tools) {
  const Options& options = tools.options;
  const auto arguments = nlohmann::json::parse(call.args());
  const GrepArguments grep = read_grep_arguments(call, arguments, options);
  GrepStyle style;
  style.line_length = options.line_length;
  style.bytes = options.read.bytes;
  style.sensitive = options.sensitive;
  const std::vector<sandport::Match> matches = co_await call.sandbox().grep(grep.request);
  co_return grep_text(matches, grep, call.work_dir(), style);
}

}  // namespace files

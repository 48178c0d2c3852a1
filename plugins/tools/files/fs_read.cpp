#include <nlohmann/json.hpp>
#include <sandport/utf8.hpp>

#include "freshness.hpp"
#include "line_window.hpp"
#include "read_range.hpp"
#include "target.hpp"
#include "tool_failure.hpp"
#include "tools.hpp"

namespace files {
namespace {

using nlohmann::json;
using sandport::Task;
using sandport::ToolResult;

// What was left out, and how to go on.
std::string notes(const RangeText& range) {
  const LineWindow& window = range.window;
  std::string text;
  const auto note = [&text](const std::string& line) { text += "[" + line + "]\n"; };
  if (window.shown() == 0) {
    if (range.size == 0) {
      note("the file is empty");
    } else {
      note("the file ends before that line: it has " + std::to_string(window.lines()) + " lines");
    }
    return text;
  }
  const std::string next = std::to_string(window.last_line() + 1);
  if (!range.whole || window.lines() > window.last_line()) {
    const std::string total = range.whole ? " of " + std::to_string(window.lines()) + " lines"
                                          : " of a file of " + describe_size(range.size);
    const std::string why = window.end() == WindowEnd::kBytes ? "; the output is full" : "";
    note("lines " + std::to_string(window.last_line() - window.shown() + 1) + " to " +
         std::to_string(window.last_line()) + total + why + "; go on with offset " + next);
  }
  if (window.cut_lines() > 0) {
    note(std::to_string(window.cut_lines()) + " long lines were cut");
  }
  if (window.crlf_lines() > 0) note("lines end with CRLF; fs_edit keeps that");
  if (!window.all_utf8()) note("not all of it is UTF-8: other bytes are shown as \\xNN");
  return text;
}

}  // namespace

Task<ToolResult> fs_read(sandport::Call& call, Toolbox& tools) {
  const Options& options = tools.options;
  const json arguments = json::parse(call.args());
  const auto given = arguments.at("path").get<std::string>();
  const std::string path = target_path(call, options, given);
  const auto sandbox = call.sandbox();
  const sandport::Entry entry = co_await sandbox.stat(path);
  require_file(entry, given);
  ReadRange range;
  range.offset = arguments.value("offset", std::int64_t{1});
  range.limits = options.read;
  if (const auto limit = arguments.find("limit"); limit != arguments.end()) {
    range.limits.lines = std::min(limit->get<std::uint64_t>(), options.read.lines);
  }
  const RangeText text = co_await read_range(sandbox, entry, path, range);
  if (text.binary) throw Refusal(given + " is no text: " + *text.binary);
  Freshness(call).remember(path, entry);
  co_return ToolResult(text.window.text() + notes(text));
}

}  // namespace files

#include <nlohmann/json.hpp>

#include "freshness.hpp"
#include "target.hpp"
#include "tool_failure.hpp"
#include "tools.hpp"

namespace files {
namespace {

using nlohmann::json;
using sandport::Task;
using sandport::ToolResult;

void check_overwrite(const Freshness& freshness, const Options& options, const std::string& path,
                     const sandport::Entry& entry, const std::string& given) {
  require_file(entry, given);
  const Seen seen = freshness.compare(path, entry);
  if (seen == Seen::kNever && entry.size > 0 && options.unread == Guard::kOn) {
    throw Refusal(given + " exists and was not read in this session; read it with fs_read before " +
                  "you replace it, or change a part of it with fs_edit");
  }
  if (seen == Seen::kChanged && options.changed == Guard::kOn) {
    throw Refusal(given + " has changed since it was read; read it again with fs_read first");
  }
}

}  // namespace

Task<ToolResult> fs_write(sandport::Call& call, Toolbox& tools) {
  const Options& options = tools.options;
  const json arguments = json::parse(call.args());
  const auto given = arguments.at("path").get<std::string>();
  const auto content = arguments.at("content").get<std::string>();
  const bool append = arguments.value("mode", "overwrite") == "append";
  const std::string path = target_path(call, options, given);
  const PathLocks::Held held = co_await tools.locks.acquire(call.session_id() + "\n" + path);
  const Freshness freshness(call);
  const auto sandbox = call.sandbox();
  const auto before = co_await find_entry(sandbox, path);
  sandport::WriteOptions how;
  how.parents = true;
  how.append = append;
  if (before) {
    if (append) {
      require_file(*before, given);
    } else {
      check_overwrite(freshness, options, path, *before, given);
    }
  } else if (!append) {
    how.exclusive = true;  // somebody may make it meanwhile
  }
  const sandport::Entry written = co_await sandbox.write(path, content, how);
  co_await freshness.remember_written(sandbox, path, written);
  const std::string size = std::to_string(content.size()) + " bytes";
  if (append) co_return "Appended " + size + " to " + given + ".";
  co_return (before ? "Replaced " : "Created ") + given + " (" + size + ").";
}

}  // namespace files

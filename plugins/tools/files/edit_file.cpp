#include "edit_file.hpp"

#include "freshness.hpp"
#include "target.hpp"
#include "tool_failure.hpp"

namespace files {
namespace {

using sandport::Task;

Task<FileOutcome> edit(sandport::Call& call, Toolbox& tools, FileEdits edits) {
  const Options& options = tools.options;
  const std::string path = target_path(call, options, edits.given);
  const PathLocks::Held held = co_await tools.locks.acquire(call.session_id() + "\n" + path);
  const Freshness freshness(call);
  const auto sandbox = call.sandbox();
  const sandport::Entry entry = co_await sandbox.stat(path);
  require_file(entry, edits.given);
  if (freshness.compare(path, entry) == Seen::kChanged && options.changed == Guard::kOn) {
    throw Refusal(edits.given + " has changed since it was read; read it again with fs_read first");
  }
  if (entry.size > options.max_edit_size) {
    throw Refusal(edits.given + " is too large to edit (" + describe_size(entry.size) + " of " +
                  describe_size(options.max_edit_size) + "); use bash_run with sed");
  }
  std::string content = co_await sandbox.read_all(path, options.max_edit_size);
  FileOutcome outcome;
  for (const Edit& one : edits.edits) {
    outcome.outcomes.push_back(apply_edit(content, one));
    if (outcome.outcomes.back().error.empty()) continue;
    outcome.error = outcome.outcomes.back().error;
    co_return outcome;
  }
  const sandport::Entry written = co_await sandbox.write(path, std::move(content));
  co_await freshness.remember_written(sandbox, path, written);
  co_return outcome;
}

}  // namespace

Task<FileOutcome> edit_file(sandport::Call& call, Toolbox& tools, FileEdits edits) {
  try {
    co_return co_await edit(call, tools, std::move(edits));
  } catch (const Refusal& refusal) {
    co_return FileOutcome{refusal.what(), {}};
  } catch (const sandport::Error& error) {
    if (!is_about_path(error) || error.retryable()) throw;
    co_return FileOutcome{error.what(), {}};
  }
}

}  // namespace files

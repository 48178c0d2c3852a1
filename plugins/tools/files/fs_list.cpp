#include <sandport/utf8.hpp>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "target.hpp"
#include "tool_failure.hpp"
#include "tools.hpp"

namespace files {
namespace {

using nlohmann::json;
using sandport::Entry;
using sandport::FileType;
using sandport::Task;
using sandport::ToolResult;

// One entry as a line: its place under the directory, and what it is.
std::string describe(const Entry& entry, std::string_view root) {
  std::string_view path = entry.path;
  if (path.starts_with(root)) path.remove_prefix(root.size());
  while (path.starts_with('/')) path.remove_prefix(1);
  std::string line = sandport::printable(path);
  switch (entry.type) {
    case FileType::kDirectory:
      return line + "/";
    case FileType::kSymlink:
      return line + (entry.symlink_target.empty()
                         ? "@"
                         : " -> " + sandport::printable(entry.symlink_target));
    case FileType::kRegular:
      return line + "  " + describe_size(entry.size) +
             ((entry.mode & 0111) != 0 ? "  executable" : "");
    case FileType::kOther:
      break;
  }
  return line + "  (no regular file)";
}

}  // namespace

Task<ToolResult> fs_list(sandport::Call& call, Toolbox& tools) {
  const Options& options = tools.options;
  const json arguments = json::parse(call.args());
  const auto given = arguments.value("path", std::string("."));
  const auto depth = arguments.value("depth", std::uint32_t{1});
  const auto limit = std::min(arguments.value("limit", options.list_limit), options.list_limit);
  const bool hidden = arguments.value("hidden", true);
  const std::string path = given == "." ? call.work_dir() : call.resolve(given);
  std::vector<Entry> entries = co_await call.sandbox().list(path, depth);
  if (!hidden) {
    std::erase_if(entries, [&](const Entry& entry) {
      return std::string_view(entry.path)
                 .substr(std::min(path.size(), entry.path.size()))
                 .find("/.") != std::string_view::npos;
    });
  }
  std::sort(entries.begin(), entries.end(),
            [](const Entry& a, const Entry& b) { return a.path < b.path; });
  if (entries.empty()) co_return given + " is empty.";
  std::string text;
  const std::size_t shown = std::min<std::size_t>(entries.size(), limit);
  for (std::size_t i = 0; i < shown; ++i) text += describe(entries[i], path) + "\n";
  if (shown < entries.size()) {
    text += "[" + std::to_string(shown) + " of " + std::to_string(entries.size()) +
            " entries; list a directory below, or use fs_glob]\n";
  }
  co_return text;
}

Task<ToolResult> fs_glob(sandport::Call& call, Toolbox& tools) {
  const Options& options = tools.options;
  const json arguments = json::parse(call.args());
  const auto limit = arguments.value("limit", options.glob_limit);
  sandport::GlobRequest request;
  request.pattern = arguments.at("pattern").get<std::string>();
  request.root = call.resolve(arguments.value("cwd", std::string()));
  if (request.pattern.starts_with('/')) {  // an absolute pattern starts at the root
    request.root = "/";
    request.pattern.erase(0, 1);
  }
  if (request.pattern.empty()) throw Refusal("pattern is empty; give one such as **/*.cpp");
  request.no_dot_files = !arguments.value("dot", false);
  request.files_only = !arguments.value("include_dirs", true);
  request.ignore_case = !arguments.value("case_sensitive", true);
  request.limit = limit + 1;  // one more tells whether there are more
  const std::string root = request.root;
  std::vector<std::string> paths = co_await call.sandbox().glob(std::move(request));
  if (paths.empty()) co_return "Nothing matches.";
  const bool more = paths.size() > limit;
  if (more) paths.resize(limit);
  std::string text;
  for (const std::string& path : paths) text += sandport::printable(path) + "\n";
  if (more) {
    text += "[only the first " + std::to_string(limit) + "; narrow the pattern, or raise limit]\n";
  }
  co_return text;
}

}  // namespace files

// Finding files by pattern in a sandbox that cannot do it itself, from listings.
#include <algorithm>
#include <utility>

#include "core/error.hpp"
#include "core/sandbox/path.hpp"
#include "core/sandbox/sandbox.hpp"
#include "core/sandbox/wildcard.hpp"

namespace sandport {
namespace {

// Levels that one listing of a `**` brings: few round trips, and no unbounded depth to ask for.
constexpr std::uint32_t kLevels = 16;

std::size_t depth_of(std::string_view relative) {
  return static_cast<std::size_t>(std::count(relative.begin(), relative.end(), '/')) + 1;
}

// A directory that is none, is gone or is closed to us holds no matches.
bool means_nothing_there(const Error& error) {
  return error.code() == Code::kNotFound || error.code() == Code::kPermissionDenied ||
         error.reason() == "ENOTDIR" || error.reason() == "ELOOP";
}

class Glob {
 public:
  Glob(FileSystem& files, const GlobRequest& request)
      : files_(files),
        request_(request),
        pattern_(request.pattern, request.letter_case, request.dot_files) {}

  Task<std::vector<std::string>> run() {
    co_await enter(request_.root, 0);
    std::sort(found_.begin(), found_.end());
    found_.erase(std::unique(found_.begin(), found_.end()), found_.end());
    if (request_.limit != 0 && found_.size() > request_.limit) found_.resize(request_.limit);
    co_return std::move(found_);
  }

 private:
  bool is_last(std::size_t component) const {
    return component + 1 == pattern_.components().size();
  }

  // What in `directory` matches the components from `component` on.
  Task<void> enter(std::string directory, std::size_t component) {
    const auto& name = pattern_.components()[component];
    if (name == "**") {
      co_await enter_tree(std::move(directory), component);
    } else if (has_wildcard(name) || request_.letter_case == LetterCase::kIgnore) {
      co_await enter_children(std::move(directory), component);
    } else if (is_last(component)) {
      co_await add_if_there(join_path(directory, name));
    } else {
      co_await enter(join_path(directory, name), component + 1);
    }
  }

  Task<void> enter_children(std::string directory, std::size_t component) {
    const auto entries = co_await list(directory, 1);
    for (const auto& entry : entries) {
      if (!pattern_.matches_name(entry.name, component)) continue;
      const auto path = join_path(directory, entry.name);
      if (is_last(component)) {
        add(path, entry.type);
      } else if (entry.type == FileType::kDirectory) {
        co_await enter(path, component + 1);
      }
    }
  }

  Task<void> enter_tree(std::string top, std::size_t component) {
    const bool only_directories = is_last(component);
    if (only_directories) add(top, FileType::kDirectory);
    std::vector<std::string> pending{top};
    while (!pending.empty()) {
      const auto directory = std::move(pending.back());
      pending.pop_back();
      const auto entries = co_await list(directory, kLevels);
      for (const auto& entry : entries) {
        const bool is_directory = entry.type == FileType::kDirectory;
        if (is_directory && depth_of(path_below(entry.path, directory)) == kLevels) {
          pending.push_back(entry.path);
        }
        if (only_directories && !is_directory) continue;
        if (pattern_.matches(path_below(entry.path, top), component)) add(entry.path, entry.type);
      }
    }
  }

  Task<void> add_if_there(std::string path) {
    try {
      const auto entry = co_await files_.stat(path, Symlinks::kNoFollow);
      add(path, entry.type);
    } catch (const Error& error) {
      if (!means_nothing_there(error)) throw;
    }
  }

  Task<std::vector<FileEntry>> list(const std::string& directory, std::uint32_t depth) {
    try {
      co_return co_await files_.list(directory, depth);
    } catch (const Error& error) {
      if (directory == request_.root || !means_nothing_there(error)) throw;
    }
    co_return std::vector<FileEntry>{};
  }

  void add(const std::string& path, FileType type) {
    if (request_.types == GlobTypes::kFiles && type == FileType::kDirectory) return;
    found_.push_back(path);
  }

  FileSystem& files_;
  const GlobRequest& request_;
  PathPattern pattern_;
  std::vector<std::string> found_;
};

}  // namespace

Task<std::vector<std::string>> glob(Sandbox& sandbox, GlobRequest request) {
  if (sandbox.has_native_search()) co_return co_await sandbox.native_glob(std::move(request));
  Glob search{sandbox.files(), request};
  co_return co_await search.run();
}

}  // namespace sandport

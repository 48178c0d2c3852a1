// Files that live in memory: a FileSystem for the tests of tools.
#pragma once

#include <sandport/errno_error.hpp>
#include <sandport/file_system.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sandport::testkit {

// Thread-safe. Has no symlinks.
class MemoryFiles : public FileSystem {
 public:
  MemoryFiles() { nodes_["/"].type = FileType::kDirectory; }

  // Makes missing parents.
  void put(const std::string& path, std::string content) {
    const std::lock_guard lock{mutex_};
    make_parents(path);
    auto& node = nodes_[path];
    node.type = FileType::kRegular;
    node.content = std::move(content);
    node.modified = ++ticks_;
  }
  // Throws ENOENT.
  [[nodiscard]] std::string get(const std::string& path) const {
    const std::lock_guard lock{mutex_};
    return find(path).content;
  }
  [[nodiscard]] bool has(const std::string& path) const {
    const std::lock_guard lock{mutex_};
    return nodes_.contains(path);
  }
  // All regular files under `root`, sorted.
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> files(
      const std::string& root) const {
    const std::lock_guard lock{mutex_};
    std::vector<std::pair<std::string, std::string>> found;
    for (const auto& [path, node] : nodes_) {
      if (node.type == FileType::kRegular && (path == root || is_under(path, root))) {
        found.emplace_back(path, node.content);
      }
    }
    return found;
  }

  Task<Entry> stat(std::string path, Symlinks) override {
    const std::lock_guard lock{mutex_};
    co_return entry(path, find(path));
  }

  Task<void> read(std::string path, std::uint64_t offset, std::uint64_t limit,
                  DataOutput& output) override {
    const auto content = regular(path);
    if (offset >= content.size()) co_return;
    co_await output.write(std::string_view{content}.substr(
        offset, limit < content.size() ? static_cast<std::size_t>(limit) : std::string::npos));
  }

  Task<Entry> write(std::string path, WriteOptions options, Reader content,
                    std::uint64_t) override {
    const auto bytes = co_await content.read_all(std::size_t{1} << 30u);
    const std::lock_guard lock{mutex_};
    const auto existing = nodes_.find(path);
    if (existing != nodes_.end()) {
      if (existing->second.type == FileType::kDirectory) throw errno_error(EISDIR, path);
      if (options.exclusive) throw errno_error(EEXIST, path);
    }
    if (options.parents) make_parents(path);
    if (find(parent(path)).type != FileType::kDirectory) throw errno_error(ENOTDIR, path);
    auto& node = nodes_[path];
    node.type = FileType::kRegular;
    if (options.mode != 0) node.mode = options.mode;
    if (!options.append) node.content.clear();
    node.content += bytes;
    node.modified = ++ticks_;
    co_return entry(path, node);
  }

  Task<void> list(std::string path, std::uint32_t depth, EntryOutput& output) override {
    std::vector<Entry> entries;
    {
      const std::lock_guard lock{mutex_};
      if (find(path).type != FileType::kDirectory) throw errno_error(ENOTDIR, path);
      for (const auto& [name, node] : nodes_) {
        if (!is_under(name, path)) continue;
        const auto rest = std::string_view{name}.substr(path == "/" ? 1 : path.size() + 1);
        const auto level = 1 + std::count(rest.begin(), rest.end(), '/');
        if (static_cast<std::uint64_t>(level) <= depth) entries.push_back(entry(name, node));
      }
    }
    for (auto& found : entries) co_await output.write(std::move(found));
  }

  Task<void> mkdir(std::string path, MkdirOptions options) override {
    const std::lock_guard lock{mutex_};
    if (nodes_.contains(path)) {
      if (options.parents && nodes_[path].type == FileType::kDirectory) co_return;
      throw errno_error(EEXIST, path);
    }
    if (options.parents) make_parents(path);
    static_cast<void>(find(parent(path)));
    nodes_[path].type = FileType::kDirectory;
  }

  Task<void> remove(std::string path, RemoveMode mode) override {
    const std::lock_guard lock{mutex_};
    static_cast<void>(find(path));
    const auto below = [&](const auto& item) { return is_under(item.first, path); };
    if (mode == RemoveMode::kSingle && std::any_of(nodes_.begin(), nodes_.end(), below)) {
      throw errno_error(ENOTEMPTY, path);
    }
    std::erase_if(nodes_, [&](const auto& item) { return item.first == path || below(item); });
    co_return;
  }

  Task<void> rename(std::string from, std::string to) override {
    const std::lock_guard lock{mutex_};
    auto node = find(from);
    static_cast<void>(find(parent(to)));
    nodes_.erase(from);
    nodes_[to] = std::move(node);
    co_return;
  }

  Task<void> set_mode(std::string path, std::uint32_t mode) override {
    const std::lock_guard lock{mutex_};
    static_cast<void>(find(path));
    nodes_[path].mode = mode;
    co_return;
  }

 private:
  struct Node {
    FileType type = FileType::kRegular;
    std::string content;
    std::uint32_t mode = 0;
    std::int64_t modified = 0;
  };

  static std::string parent(const std::string& path) {
    const auto slash = path.rfind('/');
    return slash == 0 || slash == std::string::npos ? "/" : path.substr(0, slash);
  }
  static bool is_under(const std::string& path, const std::string& root) {
    if (root == "/") return path.size() > 1;
    return path.size() > root.size() && path.starts_with(root) && path[root.size()] == '/';
  }

  const Node& find(const std::string& path) const {
    const auto found = nodes_.find(path);
    if (found == nodes_.end()) throw errno_error(ENOENT, path);
    return found->second;
  }
  std::string regular(const std::string& path) const {
    const std::lock_guard lock{mutex_};
    const auto& node = find(path);
    if (node.type == FileType::kDirectory) throw errno_error(EISDIR, path);
    return node.content;
  }
  void make_parents(const std::string& path) {
    for (auto at = parent(path); !nodes_.contains(at); at = parent(at)) {
      nodes_[at].type = FileType::kDirectory;
    }
  }
  static Entry entry(const std::string& path, const Node& node) {
    Entry result;
    result.type = node.type;
    result.mode = node.mode != 0 ? node.mode : node.type == FileType::kDirectory ? 0755u : 0644u;
    result.size = node.content.size();
    result.modified_ns = node.modified * 1'000'000'000;
    result.path = path;
    result.name = path.substr(path.rfind('/') + 1);
    return result;
  }

  mutable std::mutex mutex_;
  std::map<std::string, Node> nodes_;
  std::int64_t ticks_ = 0;
};

}  // namespace sandport::testkit

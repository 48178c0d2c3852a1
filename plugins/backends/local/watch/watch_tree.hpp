// Which directories inotify watches, and what its events mean as changes of paths.
#pragma once

#include <sys/inotify.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "files/roots.hpp"
#include "unique_fd.hpp"

namespace sandport_local {

enum class ChangeType { kCreate, kWrite, kRemove, kRename, kChmod, kOverflow };

struct Change {
  ChangeType type;
  std::string path;
};

enum class WatchScope { kDirect, kRecursive };

// Blocking calls, but short ones; one thread at a time. Not bound to a thread.
class WatchTree {
 public:
  // Throws PosixError when path is missing. From then on nothing that happens is missed.
  WatchTree(const Roots& roots, std::string path, WatchScope scope);

  // Readable when there is something for changes().
  [[nodiscard]] int fd() const { return inotify_.get(); }

  // What has happened since the last call. Sets gone() when the watched path itself went away.
  [[nodiscard]] std::vector<Change> changes();
  [[nodiscard]] bool gone() const { return gone_; }

 private:
  struct Pending {
    std::uint32_t cookie = 0;
    std::string path;
    bool directory = false;
  };

  void watch_directory(const std::string& path, std::vector<Change>* found);
  bool add_watch(int fd, const std::string& path);
  void handle(const inotify_event& event, std::string_view name, std::vector<Change>* found);
  void handle_self(const inotify_event& event, const std::string& path, std::vector<Change>* found);
  void moved_to(const inotify_event& event, const std::string& path, std::vector<Change>* found);
  void flush_move(std::vector<Change>* found);
  void forget_tree(const std::string& path);
  void rename_tree(const std::string& from, const std::string& to);
  void overflowed(std::vector<Change>* found);

  const Roots& roots_;
  std::string top_;
  WatchScope scope_;
  UniqueFd inotify_;
  std::map<int, std::string> paths_;  // by watch descriptor
  std::map<std::string, int> watches_;
  std::optional<Pending> moving_;  // seen leaving, not yet seen arriving
  bool gone_ = false;
};

}  // namespace sandport_local

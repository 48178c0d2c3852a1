#include "watch/watch_tree.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <deque>
#include <memory>

#include "files/replacement.hpp"
#include "posix_error.hpp"

namespace sandport_local {
namespace {

constexpr std::uint32_t kMask = IN_CREATE | IN_MODIFY | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO |
                                IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF | IN_EXCL_UNLINK;

std::string base_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

}  // namespace

WatchTree::WatchTree(const Roots& roots, std::string path, WatchScope scope)
    : roots_(roots), top_(std::move(path)), scope_(scope) {
  while (top_.size() > 1 && top_.ends_with('/')) top_.pop_back();
  inotify_ = UniqueFd(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  if (!inotify_) throw_errno("inotify");
  const Location location = roots_.locate(top_, LastLink::kFollow);
  const UniqueFd fd(
      ::openat(location.directory.get(), location.name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
  if (!fd) throw_errno(printable(top_));
  if (!add_watch(fd.get(), top_)) {
    if (errno == ENOSPC) {
      throw PosixError::with_message(
          ENOSPC, "too many directories are watched; raise the sysctl fs.inotify.max_user_watches");
    }
    throw_errno(printable(top_));
  }
  struct stat status {};
  if (scope_ == WatchScope::kRecursive && ::fstat(fd.get(), &status) == 0 &&
      S_ISDIR(status.st_mode)) {
    watch_directory(top_, nullptr);
  }
}

// By descriptor: what the path names may have been swapped meanwhile.
bool WatchTree::add_watch(int fd, const std::string& path) {
  const std::string opened = "/proc/self/fd/" + std::to_string(fd);
  const int watch = ::inotify_add_watch(inotify_.get(), opened.c_str(), kMask);
  if (watch < 0) return false;
  const auto known = paths_.find(watch);
  if (known != paths_.end()) watches_.erase(known->second);
  paths_[watch] = path;
  watches_[path] = watch;
  return true;
}

// Watches path and all below it; with `found`, reports what is there already, because it came
// before the watch did.
void WatchTree::watch_directory(const std::string& path, std::vector<Change>* found) {
  std::deque<std::string> pending{path};
  while (!pending.empty()) {
    const std::string here = std::move(pending.front());
    pending.pop_front();
    UniqueFd fd;
    try {
      const auto last = here == top_ ? LastLink::kFollow : LastLink::kKeep;
      const Location location = roots_.locate(here, last);
      fd = UniqueFd(::openat(location.directory.get(), location.name.c_str(),
                             O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    } catch (const PosixError&) {
      continue;  // gone again
    }
    if (!fd) continue;
    if (!add_watch(fd.get(), here) && errno == ENOSPC && found != nullptr) {
      found->push_back({ChangeType::kOverflow, top_});
    }
    const std::unique_ptr<DIR, int (*)(DIR*)> directory(::fdopendir(fd.get()), &::closedir);
    if (!directory) continue;
    static_cast<void>(fd.release());
    while (const dirent* entry = ::readdir(directory.get())) {
      const std::string name = entry->d_name;
      if (name == "." || name == "..") continue;
      const std::string child = (here == "/" ? "" : here) + "/" + name;
      if (found != nullptr && !Replacement::is_temporary_name(name)) {
        found->push_back({ChangeType::kCreate, child});
      }
      struct stat status {};
      if (::fstatat(::dirfd(directory.get()), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
          S_ISDIR(status.st_mode)) {
        pending.push_back(child);
      }
    }
  }
}

std::vector<Change> WatchTree::changes() {
  std::vector<Change> found;
  alignas(inotify_event) char buffer[64 * 1024];
  for (;;) {
    const ssize_t size = ::read(inotify_.get(), buffer, sizeof buffer);
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) break;
    for (ssize_t at = 0; at < size;) {
      inotify_event event{};
      std::memcpy(&event, buffer + at, sizeof event);
      const char* name = buffer + at + sizeof event;
      handle(event, event.len > 0 ? std::string_view(name) : std::string_view(), &found);
      at += static_cast<ssize_t>(sizeof event + event.len);
    }
  }
  flush_move(&found);
  return found;
}

void WatchTree::handle(const inotify_event& event, std::string_view name,
                       std::vector<Change>* found) {
  if (moving_ && !((event.mask & IN_MOVED_TO) != 0 && event.cookie == moving_->cookie)) {
    flush_move(found);
  }
  if ((event.mask & IN_Q_OVERFLOW) != 0) {
    overflowed(found);
    return;
  }
  const auto watched = paths_.find(event.wd);
  if (watched == paths_.end()) return;
  const std::string directory = watched->second;
  if (name.empty()) {
    handle_self(event, directory, found);
    return;
  }
  const std::string path = (directory == "/" ? "" : directory) + "/" + std::string(name);
  const bool is_directory = (event.mask & IN_ISDIR) != 0;
  const bool temporary = Replacement::is_temporary_name(name);
  if ((event.mask & IN_MOVED_FROM) != 0) {
    moving_ = Pending{event.cookie, path, is_directory};
  } else if ((event.mask & IN_MOVED_TO) != 0) {
    moved_to(event, path, found);
  } else if (temporary) {
    return;
  } else if ((event.mask & IN_CREATE) != 0) {
    found->push_back({ChangeType::kCreate, path});
    if (is_directory && scope_ == WatchScope::kRecursive) watch_directory(path, found);
  } else if ((event.mask & IN_DELETE) != 0) {
    found->push_back({ChangeType::kRemove, path});
  } else if ((event.mask & IN_MODIFY) != 0) {
    found->push_back({ChangeType::kWrite, path});
  } else if ((event.mask & IN_ATTRIB) != 0) {
    found->push_back({ChangeType::kChmod, path});
  }
}

// Events of a watched path itself; those of a subdirectory its parent reports too.
void WatchTree::handle_self(const inotify_event& event, const std::string& path,
                            std::vector<Change>* found) {
  if ((event.mask & IN_IGNORED) != 0) {
    watches_.erase(path);
    paths_.erase(event.wd);
    if (path == top_) gone_ = true;
  } else if (path != top_) {
    return;
  } else if ((event.mask & (IN_DELETE_SELF | IN_MOVE_SELF)) != 0) {
    gone_ = true;
  } else if ((event.mask & IN_MODIFY) != 0) {
    found->push_back({ChangeType::kWrite, path});
  } else if ((event.mask & IN_ATTRIB) != 0) {
    struct stat status {};
    // Unlinking a file that is still open changes only its link count.
    if (::lstat(path.c_str(), &status) != 0) {
      gone_ = true;
    } else {
      found->push_back({ChangeType::kChmod, path});
    }
  }
}

void WatchTree::moved_to(const inotify_event& event, const std::string& path,
                         std::vector<Change>* found) {
  const bool is_directory = (event.mask & IN_ISDIR) != 0;
  const bool recursive = scope_ == WatchScope::kRecursive;
  const auto from = std::move(moving_);
  moving_.reset();
  if (from && Replacement::is_temporary_name(base_name(from->path))) {
    found->push_back({ChangeType::kWrite, path});  // our own way of writing a whole file
  } else if (from) {
    if (is_directory && recursive) rename_tree(from->path, path);
    found->push_back({ChangeType::kRename, path});
  } else {
    found->push_back({ChangeType::kCreate, path});
    if (is_directory && recursive) watch_directory(path, found);
  }
}

// Nothing arrived: it left what we watch.
void WatchTree::flush_move(std::vector<Change>* found) {
  if (!moving_) return;
  if (moving_->directory) forget_tree(moving_->path);
  if (!Replacement::is_temporary_name(base_name(moving_->path))) {
    found->push_back({ChangeType::kRename, moving_->path});
  }
  moving_.reset();
}

void WatchTree::forget_tree(const std::string& path) {
  for (auto at = watches_.lower_bound(path); at != watches_.end();) {
    if (!at->first.starts_with(path)) break;
    if (!lies_in(at->first, path)) {
      ++at;
      continue;
    }
    ::inotify_rm_watch(inotify_.get(), at->second);
    paths_.erase(at->second);
    at = watches_.erase(at);
  }
}

void WatchTree::rename_tree(const std::string& from, const std::string& to) {
  std::vector<std::pair<std::string, int>> moved;
  for (auto at = watches_.lower_bound(from); at != watches_.end();) {
    if (!at->first.starts_with(from)) break;
    if (!lies_in(at->first, from)) {
      ++at;
      continue;
    }
    moved.emplace_back(to + at->first.substr(from.size()), at->second);
    at = watches_.erase(at);
  }
  for (const auto& [path, watch] : moved) {
    watches_[path] = watch;
    paths_[watch] = path;
  }
}

// Events were lost, among them perhaps new directories.
void WatchTree::overflowed(std::vector<Change>* found) {
  found->push_back({ChangeType::kOverflow, top_});
  if (scope_ == WatchScope::kRecursive) watch_directory(top_, nullptr);
}

}  // namespace sandport_local

// remove_tree of file_system.hpp: deletes a tree that others may be changing meanwhile.
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <memory>
#include <vector>

#include "files/file_system.hpp"
#include "posix_error.hpp"

namespace sandport_local {
namespace {

constexpr int kOpenFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

// One open directory at a time, so that depth costs no descriptors: the way up is "..", which
// counts only when it is the very directory that the way down came from.
class TreeRemover {
 public:
  TreeRemover(int parent, std::string name, std::string_view asked, Permissions permissions)
      : asked_(asked), name_(std::move(name)), permissions_(permissions) {
    top_ = UniqueFd(::openat(parent, ".", O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!top_) fail();
  }

  void run() {
    here_ = enter(top_.get(), name_);
    if (!here_) fail();
    levels_.push_back({identity(here_.get()), name_});
    while (!levels_.empty()) {
      std::string child;
      if (empty_directory(&child)) {
        leave();
      } else {
        descend(child);
      }
    }
  }

 private:
  struct Identity {
    dev_t device;
    ino_t inode;
    bool operator==(const Identity&) const = default;
  };
  struct Level {
    Identity identity;
    std::string name;
  };

  [[noreturn]] void fail() { throw_errno(printable(asked_)); }

  // Empty with errno when it cannot be opened.
  UniqueFd enter(int parent, const std::string& name) {
    UniqueFd fd(::openat(parent, name.c_str(), kOpenFlags));
    if (permissions_ == Permissions::kRespect) return fd;
    if (!fd && errno == EACCES) {
      const UniqueFd closed(
          ::openat(parent, name.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
      if (!closed) return fd;
      const std::string opened = "/proc/self/fd/" + std::to_string(closed.get());
      if (::chmod(opened.c_str(), 0700) != 0) return fd;
      fd = UniqueFd(::openat(parent, name.c_str(), kOpenFlags));
    }
    struct stat status {};
    if (fd && ::fstat(fd.get(), &status) == 0 && (status.st_mode & 0700) != 0700) {
      static_cast<void>(::fchmod(fd.get(), 0700));
    }
    return fd;
  }

  Identity identity(int fd) {
    struct stat status {};
    if (::fstat(fd, &status) != 0) fail();
    return {status.st_dev, status.st_ino};
  }

  // Removes all but directories that are not empty; false with the name of one.
  bool empty_directory(std::string* child) {
    const int fd = ::openat(here_.get(), ".", kOpenFlags);
    if (fd < 0) fail();
    const std::unique_ptr<DIR, int (*)(DIR*)> directory(::fdopendir(fd), &::closedir);
    if (!directory) {
      ::close(fd);
      fail();
    }
    for (;;) {
      errno = 0;
      const dirent* found = ::readdir(directory.get());
      if (found == nullptr) {
        if (errno != 0) fail();
        return true;
      }
      const std::string name = found->d_name;
      if (name == "." || name == "..") continue;
      if (::unlinkat(here_.get(), name.c_str(), 0) == 0 || errno == ENOENT) continue;
      if (errno != EISDIR && errno != EPERM) fail();
      const int number = errno;
      if (::unlinkat(here_.get(), name.c_str(), AT_REMOVEDIR) == 0 || errno == ENOENT) continue;
      if (errno == ENOTDIR) throw PosixError(number, printable(asked_));
      if (errno != ENOTEMPTY && errno != EEXIST) fail();
      *child = name;
      return false;
    }
  }

  void descend(const std::string& child) {
    UniqueFd next = enter(here_.get(), child);
    if (!next) {
      // Gone, or no directory any more: the next look at this level deals with it.
      if (errno == ENOENT || errno == ENOTDIR || errno == ELOOP) return;
      fail();
    }
    levels_.push_back({identity(next.get()), child});
    here_ = std::move(next);
  }

  void leave() {
    const std::string name = levels_.back().name;
    levels_.pop_back();
    if (levels_.empty()) {
      here_.reset();
      if (::unlinkat(top_.get(), name.c_str(), AT_REMOVEDIR) != 0 && errno != ENOENT) fail();
      return;
    }
    UniqueFd up(::openat(here_.get(), "..", kOpenFlags));
    if (!up) fail();
    if (identity(up.get()) != levels_.back().identity) {
      throw PosixError::with_message(
          EBUSY, "'" + printable(asked_) + "' was moved while it was being removed");
    }
    here_ = std::move(up);
    if (::unlinkat(here_.get(), name.c_str(), AT_REMOVEDIR) != 0 && errno != ENOENT &&
        errno != ENOTEMPTY && errno != ENOTDIR) {
      fail();
    }
  }

  std::string asked_;
  std::string name_;
  Permissions permissions_;
  UniqueFd top_;
  UniqueFd here_;
  std::vector<Level> levels_;
};

}  // namespace

void remove_tree(const Roots& roots, std::string_view path, Permissions permissions) {
  const Location location = roots.locate_for_change(path, LastLink::kKeep);
  if (location.is_root()) {
    throw PosixError::with_message(EPERM, "'" + printable(path) +
                                              "' is a root of this sandbox; only what is inside "
                                              "it can be removed");
  }
  const int directory = location.directory.get();
  if (::unlinkat(directory, location.name.c_str(), 0) == 0) return;
  if (errno != EISDIR && errno != EPERM) throw_errno(printable(path));
  TreeRemover(directory, location.name, path, permissions).run();
}

}  // namespace sandport_local

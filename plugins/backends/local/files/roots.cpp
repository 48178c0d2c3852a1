#include "files/roots.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <memory>

#include "files/open_beneath.hpp"
#include "files/walker.hpp"
#include "posix_error.hpp"

namespace sandport_local {
namespace {

Root open_root(const Roots::Spec& spec) {
  require_absolute(spec.path);
  const std::unique_ptr<char, decltype(&std::free)> real(::realpath(spec.path.c_str(), nullptr),
                                                         &std::free);
  if (!real) throw_errno(printable(spec.path));
  Root root;
  root.path = real.get();
  root.given = std::filesystem::path(spec.path).lexically_normal().native();
  while (root.given.size() > 1 && root.given.ends_with('/')) root.given.pop_back();
  root.access = spec.access;
  struct stat status {};
  if (::stat(real.get(), &status) != 0) throw_errno(printable(spec.path));
  if (!S_ISDIR(status.st_mode)) throw PosixError(ENOTDIR, printable(spec.path));
  root.device = status.st_dev;
  root.inode = status.st_ino;
  return root;
}

}  // namespace

UniqueFd Root::open() const {
  UniqueFd directory(::open(path.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  struct stat status {};
  if (!directory || ::fstat(directory.get(), &status) != 0) throw_errno(printable(path));
  // The path alone proves nothing: a command may have put a link in the way.
  if (status.st_dev != device || status.st_ino != inode) {
    throw PosixError::with_message(
        ENOENT,
        "'" + printable(path) + "' is not the directory any more that this sandbox began in");
  }
  return directory;
}

void require_absolute(std::string_view path) {
  if (!path.starts_with('/')) {
    throw PosixError::with_message(EINVAL, "the path '" + printable(path) + "' is not absolute");
  }
  if (path.find('\0') != std::string_view::npos) {
    throw PosixError::with_message(EINVAL,
                                   "the path '" + printable(path) + "' contains a NUL byte");
  }
}

bool lies_in(std::string_view path, std::string_view directory) {
  if (directory == "/") return true;
  return path.starts_with(directory) &&
         (path.size() == directory.size() || path[directory.size()] == '/');
}

Roots::Roots(const std::vector<Spec>& specs, Resolver resolver) : resolver_(resolver) {
  for (const Spec& spec : specs) {
    Root root = open_root(spec);
    bool known = false;
    for (Root& other : roots_) {
      if (other.path != root.path) continue;
      known = true;
      if (root.access == Access::kReadOnly) other.access = Access::kReadOnly;
    }
    if (!known) roots_.push_back(std::move(root));
  }
  for (Root& outer : roots_) {
    for (const Root& inner : roots_) {
      if (&inner != &outer && lies_in(inner.path, outer.path)) outer.has_nested = true;
    }
  }
  if (resolver_ == Resolver::kKernel && !roots_.empty()) {
    const UniqueFd probe(open_beneath(roots_.front().open().get(), ".", O_PATH));
    if (!probe) resolver_ = Resolver::kWalk;
  }
}

const Root* Roots::find(std::string_view path) const {
  const Root* found = nullptr;
  for (const Root& root : roots_) {
    if (lies_in(path, root.path) && (found == nullptr || root.path.size() > found->path.size())) {
      found = &root;
    }
  }
  return found;
}

Location Roots::locate(std::string_view path, LastLink last) const {
  require_absolute(path);
  const Root* root = find(path);
  if (resolver_ == Resolver::kKernel && root != nullptr && !root->has_nested) {
    std::string_view rest = path.substr(root->path == "/" ? 0 : root->path.size());
    while (rest.starts_with('/')) rest.remove_prefix(1);
    while (rest.ends_with('/')) rest.remove_suffix(1);
    Location location = locate_by_kernel(*root, path, rest);
    struct stat status {};
    const bool is_link = location.directory && last == LastLink::kFollow &&
                         ::fstatat(location.directory.get(), location.name.c_str(), &status,
                                   AT_SYMLINK_NOFOLLOW) == 0 &&
                         S_ISLNK(status.st_mode);
    if (location.directory && !is_link) return location;
  }
  return Walker(*this).walk(path, last);
}

// Brings an empty Location where the walker has to find the way.
Location Roots::locate_by_kernel(const Root& root, std::string_view path,
                                 std::string_view rest) const {
  Location location;
  const std::size_t slash = rest.rfind('/');
  const std::string parent(slash == std::string_view::npos ? std::string_view(".")
                                                           : rest.substr(0, slash));
  location.name = rest.empty() ? "." : rest.substr(slash == std::string_view::npos ? 0 : slash + 1);
  if (location.name == ".." || (location.name == "." && !rest.empty())) return {};
  const UniqueFd base = root.open();
  location.directory = UniqueFd(open_beneath(base.get(), parent, O_PATH | O_DIRECTORY));
  if (!location.directory && errno != EXDEV && errno != ELOOP) throw_errno(printable(path));
  location.path = root.path == "/" ? "" : root.path;
  if (!rest.empty()) location.path.append("/").append(rest);
  if (location.path.empty()) location.path = "/";
  location.root = &root;
  return location;
}

Location Roots::locate_for_change(std::string_view path, LastLink last) const {
  Location location = locate(path, last);
  if (location.root->access == Access::kReadOnly) {
    throw PosixError::with_message(
        EROFS, "'" + printable(path) + "' lies in '" + printable(location.root->path) +
                   "', which this sandbox may only read; allow_paths can make it writable");
  }
  return location;
}

void Roots::refuse(std::string_view path) const {
  std::string names;
  for (const Root& root : roots_) names += (names.empty() ? "" : ", ") + printable(root.path);
  throw PosixError::with_message(EACCES,
                                 "'" + printable(path) +
                                     "' is outside of the directories that this sandbox's file "
                                     "operations may touch (" +
                                     names + "); allow_paths adds more");
}

}  // namespace sandport_local

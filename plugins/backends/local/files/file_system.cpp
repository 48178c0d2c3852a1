#include "files/file_system.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <array>
#include <climits>
#include <cstdio>
#include <cstring>

#include "posix_error.hpp"

namespace sandport_local {
namespace {

std::int64_t nanoseconds(const timespec& time) {
  return static_cast<std::int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

EntryType type_of(mode_t mode) {
  if (S_ISREG(mode)) return EntryType::kRegular;
  if (S_ISDIR(mode)) return EntryType::kDirectory;
  if (S_ISLNK(mode)) return EntryType::kSymlink;
  return EntryType::kOther;
}

void refuse_root(const Location& location, std::string_view path) {
  if (!location.is_root()) return;
  throw PosixError::with_message(EPERM, "'" + printable(path) +
                                            "' is a root of this sandbox; only what is inside it "
                                            "can be removed or renamed");
}

// Regular files only: a FIFO or a device could block for ever or do harm.
void require_regular(int fd, std::string_view path) {
  struct stat status {};
  if (::fstat(fd, &status) != 0) throw_errno(printable(path));
  if (S_ISDIR(status.st_mode)) throw PosixError(EISDIR, printable(path));
  if (!S_ISREG(status.st_mode)) {
    throw PosixError::with_message(
        EINVAL, "'" + printable(path) + "' is not a regular file but a pipe, socket or device");
  }
}

}  // namespace

Entry entry_at(int directory, const std::string& name, const std::string& path) {
  struct stat status {};
  if (::fstatat(directory, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
    throw_errno(printable(path));
  }
  Entry entry;
  entry.type = type_of(status.st_mode);
  entry.mode = status.st_mode & 07777;
  entry.links = static_cast<std::uint32_t>(status.st_nlink);
  entry.size = static_cast<std::uint64_t>(status.st_size);
  entry.modified_ns = nanoseconds(status.st_mtim);
  entry.inode = status.st_ino;
  entry.uid = status.st_uid;
  entry.gid = status.st_gid;
  entry.path = path;
  const std::size_t slash = path.rfind('/');
  entry.name = path.size() > 1 ? path.substr(slash + 1) : path;
  if (entry.type == EntryType::kSymlink) {
    std::array<char, PATH_MAX + 1> target;
    const ssize_t size = ::readlinkat(directory, name.c_str(), target.data(), target.size());
    if (size >= 0) entry.symlink_target.assign(target.data(), static_cast<std::size_t>(size));
  }
  return entry;
}

Entry stat_path(const Roots& roots, std::string_view path, LastLink last) {
  const Location location = roots.locate(path, last);
  return entry_at(location.directory.get(), location.name, std::string(path));
}

void make_directory(const Roots& roots, std::string_view path, std::uint32_t mode) {
  const Location location = roots.locate_for_change(path, LastLink::kKeep);
  const mode_t wanted = mode == 0 ? 0777 : mode;
  if (location.is_root()) throw PosixError(EEXIST, printable(path));
  if (::mkdirat(location.directory.get(), location.name.c_str(), wanted) != 0) {
    throw_errno(printable(path));
  }
  // An explicit mode is meant as it stands, whatever the umask.
  if (mode != 0) change_mode(roots, path, mode);
}

void make_directories(const Roots& roots, std::string_view path, std::uint32_t mode) {
  try {
    const Entry entry = stat_path(roots, path, LastLink::kFollow);
    if (entry.type == EntryType::kDirectory) return;
    throw PosixError(EEXIST, printable(path));
  } catch (const PosixError& error) {
    if (error.number() != ENOENT) throw;
  }
  const Root* root = roots.find(path);
  // By an alias of a root the words do not match; the walker knows better, one level at a time.
  std::size_t from = root != nullptr && root->path != "/" ? root->path.size() + 1 : 1;
  for (;;) {
    const std::size_t slash = path.find('/', from);
    const std::string_view prefix = path.substr(0, slash);
    const bool last = slash == std::string_view::npos || slash + 1 == path.size();
    try {
      make_directory(roots, prefix, last ? mode : 0);
    } catch (const PosixError& error) {
      // Above the roots everything is refused, and there is nothing to make.
      const bool above = error.number() == EACCES && !last && root == nullptr;
      if (error.number() != EEXIST && !above) throw;
      if (error.number() == EEXIST &&
          stat_path(roots, prefix, LastLink::kFollow).type != EntryType::kDirectory) {
        throw PosixError(last ? EEXIST : ENOTDIR, printable(path));
      }
    }
    if (last) return;
    from = slash + 1;
  }
}

void remove_one(const Roots& roots, std::string_view path) {
  const Location location = roots.locate_for_change(path, LastLink::kKeep);
  refuse_root(location, path);
  const int directory = location.directory.get();
  if (::unlinkat(directory, location.name.c_str(), 0) == 0) return;
  const int number = errno;
  if (number != EISDIR && number != EPERM) throw PosixError(number, printable(path));
  if (::unlinkat(directory, location.name.c_str(), AT_REMOVEDIR) == 0) return;
  throw PosixError(errno == ENOTDIR ? number : errno, printable(path));
}

void rename_path(const Roots& roots, std::string_view from, std::string_view to) {
  const Location source = roots.locate_for_change(from, LastLink::kKeep);
  const Location target = roots.locate_for_change(to, LastLink::kKeep);
  refuse_root(source, from);
  refuse_root(target, to);
  if (::renameat(source.directory.get(), source.name.c_str(), target.directory.get(),
                 target.name.c_str()) != 0) {
    throw_errno(printable(from) + " to " + printable(to));
  }
}

void change_mode(const Roots& roots, std::string_view path, std::uint32_t mode) {
  const Location location = roots.locate_for_change(path, LastLink::kFollow);
  const UniqueFd fd(
      ::openat(location.directory.get(), location.name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
  if (!fd) throw_errno(printable(path));
  // fchmodat could follow a link that has just been put there; this names what was opened.
  const std::string opened = "/proc/self/fd/" + std::to_string(fd.get());
  if (::chmod(opened.c_str(), mode & 07777) != 0) throw_errno(printable(path));
}

UniqueFd open_for_read(const Roots& roots, std::string_view path) {
  const Location location = roots.locate(path, LastLink::kFollow);
  UniqueFd fd(::openat(location.directory.get(), location.name.c_str(),
                       O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  // ENXIO: a socket.
  if (!fd) throw PosixError(errno == ENXIO ? EINVAL : errno, printable(path));
  require_regular(fd.get(), path);
  return fd;
}

UniqueFd open_for_append(const Roots& roots, std::string_view path, Existing existing,
                         std::uint32_t mode) {
  const Location location = roots.locate_for_change(
      path, existing == Existing::kRefuse ? LastLink::kKeep : LastLink::kFollow);
  if (location.is_root()) throw PosixError(EISDIR, printable(path));
  const int exclusive = existing == Existing::kRefuse ? O_EXCL : 0;
  UniqueFd fd(::openat(
      location.directory.get(), location.name.c_str(),
      O_WRONLY | O_APPEND | O_CREAT | exclusive | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC,
      mode == 0 ? 0666 : mode & 07777));
  if (!fd) throw PosixError(errno == ENXIO ? EINVAL : errno, printable(path));
  require_regular(fd.get(), path);
  return fd;
}

void write_fully(int fd, std::string_view bytes, std::string_view path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      throw_errno(printable(path));
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace sandport_local

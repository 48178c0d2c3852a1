#include "files/replacement.hpp"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "posix_error.hpp"

namespace sandport_local {
namespace {

constexpr std::string_view kPrefix = ".sandport-";
constexpr std::string_view kSuffix = ".tmp";

std::string temporary_name() {
  std::uint64_t number = 0;
  if (::getrandom(&number, sizeof number, 0) != sizeof number) throw_errno("random number");
  char digits[17];
  std::snprintf(digits, sizeof digits, "%016llx", static_cast<unsigned long long>(number));
  return std::string(kPrefix) + digits + std::string(kSuffix);
}

}  // namespace

bool Replacement::is_temporary_name(std::string_view name) {
  return name.size() == kPrefix.size() + 16 + kSuffix.size() && name.starts_with(kPrefix) &&
         name.ends_with(kSuffix);
}

Replacement::Replacement(const Roots& roots, std::string_view path, Existing existing,
                         std::uint32_t mode)
    : asked_(path),
      target_(roots.locate_for_change(
          path, existing == Existing::kRefuse ? LastLink::kKeep : LastLink::kFollow)),
      existing_(existing) {
  inspect_target(mode);
  open_content();
}

Replacement::~Replacement() {
  if (!temporary_.empty()) ::unlinkat(target_.directory.get(), temporary_.c_str(), 0);
}

void Replacement::inspect_target(std::uint32_t mode) {
  set_mode_ = mode != 0;
  mode_ = mode & 07777;
  if (target_.is_root() || asked_.ends_with('/')) throw PosixError(EISDIR, printable(asked_));
  struct stat status {};
  const int directory = target_.directory.get();
  if (::fstatat(directory, target_.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno != ENOENT) throw_errno(printable(asked_));
    return;
  }
  if (existing_ == Existing::kRefuse) throw PosixError(EEXIST, printable(asked_));
  if (S_ISDIR(status.st_mode)) throw PosixError(EISDIR, printable(asked_));
  if (!S_ISREG(status.st_mode)) {
    throw PosixError::with_message(
        EINVAL, "'" + printable(asked_) + "' is not a regular file but a pipe, socket or device");
  }
  // The rename below would overwrite a read-only file; open(2) would not have.
  if (::faccessat(directory, target_.name.c_str(), W_OK, AT_EACCESS) != 0) {
    throw_errno(printable(asked_));
  }
  replaces_ = true;
  uid_ = status.st_uid;
  gid_ = status.st_gid;
  if (!set_mode_) mode_ = status.st_mode & 07777;
  set_mode_ = true;
}

void Replacement::open_content() {
  const int directory = target_.directory.get();
  // Nobody else reads the content before it has its final mode.
  const mode_t mode = set_mode_ ? 0600 : 0666;
  // "." rather than AT_EMPTY_PATH: O_TMPFILE wants a directory's name.
  content_ = UniqueFd(::openat(directory, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, mode));
  if (content_) return;
  if (errno != EOPNOTSUPP && errno != EISDIR && errno != ENOENT && errno != EINVAL) {
    throw_errno(printable(asked_));
  }
  temporary_ = temporary_name();
  content_ = UniqueFd(
      ::openat(directory, temporary_.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, mode));
  if (content_) return;
  const int number = errno;
  temporary_.clear();
  throw PosixError(number, printable(asked_));
}

void Replacement::write(std::string_view bytes) { write_fully(content_.get(), bytes, asked_); }

Entry Replacement::commit() {
  if (uid_ != UINT32_MAX && (uid_ != ::geteuid() || gid_ != ::getegid())) {
    // Keeping the owner needs a privilege; without it the file becomes ours.
    if (::fchown(content_.get(), uid_, gid_) != 0) mode_ &= 01777;
  }
  if (set_mode_ && ::fchmod(content_.get(), mode_) != 0) throw_errno(printable(asked_));
  put_in_place();
  return entry_at(target_.directory.get(), target_.name, asked_);
}

void Replacement::link_to(const std::string& name) {
  const int directory = target_.directory.get();
  int result = 0;
  if (temporary_.empty()) {
    const std::string opened = "/proc/self/fd/" + std::to_string(content_.get());
    result = ::linkat(AT_FDCWD, opened.c_str(), directory, name.c_str(), AT_SYMLINK_FOLLOW);
  } else {
    result = ::linkat(directory, temporary_.c_str(), directory, name.c_str(), 0);
  }
  if (result != 0) throw_errno(printable(asked_));
}

void Replacement::put_in_place() {
  const int directory = target_.directory.get();
  if (!replaces_) {
    try {
      link_to(target_.name);
      return;  // a named temporary is unlinked by the destructor
    } catch (const PosixError& error) {
      // Somebody made it meanwhile: replace theirs, unless the caller wanted to be the maker.
      if (error.number() != EEXIST || existing_ == Existing::kRefuse) throw;
    }
  }
  if (temporary_.empty()) {
    const std::string name = temporary_name();
    link_to(name);
    temporary_ = name;
  }
  if (::renameat(directory, temporary_.c_str(), directory, target_.name.c_str()) != 0) {
    throw_errno(printable(asked_));
  }
  temporary_.clear();
}

}  // namespace sandport_local

#include "core/session/private_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "core/error.hpp"

namespace sandport {
namespace {

Code code_of(int error) {
  switch (error) {
    case ENOSPC:
    case EDQUOT:
    case EMFILE:
    case ENFILE:
      return Code::kResourceExhausted;
    case EISDIR:
    case ELOOP:
    case ENOTDIR:
      return Code::kFailedPrecondition;
    default:
      return Code::kPermissionDenied;
  }
}

}  // namespace

FileDescriptor::~FileDescriptor() {
  if (descriptor_ >= 0) {
    ::close(descriptor_);
  }
}

FileDescriptor open_private_file(const std::filesystem::path& file) {
  FileDescriptor opened(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (opened.get() < 0) {
    const int error = errno;
    throw Error(code_of(error),
                fmt::format("cannot open {}: {}; make it writable, or set SANDPORT_HOME to another "
                            "directory",
                            file.string(), std::generic_category().message(error)));
  }
  struct stat status {};
  if (::fstat(opened.get(), &status) == 0 && (status.st_mode & 07777) != 0600) {
    ::fchmod(opened.get(), 0600);
  }
  return opened;
}

PrivateReplacement::PrivateReplacement(const std::filesystem::path& file) : file_(file) {
  std::error_code none;
  if (auto target = std::filesystem::canonical(file, none); !none) file_ = std::move(target);
  temporary_ = file_.string() + ".XXXXXX";
  const FileDescriptor made(::mkostemp(temporary_.data(), O_CLOEXEC));
  if (made.get() >= 0) stream_.open(temporary_, std::ios::binary);
  if (made.get() < 0 || !stream_) {
    const int error = errno;
    if (made.get() >= 0) ::unlink(temporary_.c_str());
    throw Error(code_of(error), fmt::format("cannot write {}: {}", file.string(),
                                            std::generic_category().message(error)));
  }
}

PrivateReplacement::~PrivateReplacement() {
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

void PrivateReplacement::commit() {
  stream_.close();
  const FileDescriptor written(::open(temporary_.c_str(), O_RDONLY | O_CLOEXEC));
  if (!stream_ || written.get() < 0 || ::fsync(written.get()) != 0 ||
      ::rename(temporary_.c_str(), file_.c_str()) != 0) {
    throw Error(Code::kResourceExhausted,
                fmt::format("cannot write {} completely: {}; is the disk full?", file_.string(),
                            std::generic_category().message(errno)));
  }
  temporary_.clear();
}

}  // namespace sandport

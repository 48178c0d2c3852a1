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

}  // namespace sandport

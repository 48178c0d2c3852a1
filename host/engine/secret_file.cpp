#include "host/engine/secret_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "core/error.hpp"
#include "core/session/private_file.hpp"

namespace sandport {
namespace {

constexpr std::size_t kMaxSecretBytes = 1024 * 1024;

Error unusable(const std::string& path, const std::string& why) {
  return {Code::kFailedPrecondition, "cannot read the secret file " + path + ": " + why};
}

void check(const std::string& path, int descriptor) {
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) throw unusable(path, std::strerror(errno));
  if (!S_ISREG(status.st_mode)) throw unusable(path, "it is not a regular file");
  if (status.st_uid != ::geteuid() && status.st_uid != 0) {
    throw Error(Code::kPermissionDenied,
                "the secret file " + path + " belongs to another user; make it yours (chown)");
  }
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    throw Error(
        Code::kPermissionDenied,
        "the secret file " + path + " is open to others than its owner; run: chmod 600 " + path);
  }
}

}  // namespace

std::optional<std::string> read_secret_file(const std::string& path) {
  // Non-blocking, so that a fifo in its place is refused and not waited for.
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.get() < 0) {
    if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
    throw unusable(path, std::strerror(errno));
  }
  check(path, file.get());
  std::string content(kMaxSecretBytes + 1, '\0');
  std::size_t size = 0;
  while (size < content.size()) {
    const ssize_t count = ::read(file.get(), content.data() + size, content.size() - size);
    if (count == 0) break;
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw unusable(path, std::strerror(errno));
    size += static_cast<std::size_t>(count);
  }
  if (size > kMaxSecretBytes) throw unusable(path, "it is longer than 1 MiB");
  content.resize(size);
  if (content.ends_with('\n')) content.pop_back();
  if (content.ends_with('\r')) content.pop_back();
  return content;
}

}  // namespace sandport

#include "process/private_files.hpp"

#include <fcntl.h>
#include <sys/random.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>

#include "posix_error.hpp"
#include "unique_fd.hpp"

namespace sandport_local {

void write_private_file(const std::filesystem::path& path, std::string_view text) {
  const std::string temporary = path.native() + ".new-" + random_name();
  const std::string what = printable(path.native());
  try {
    const UniqueFd fd(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!fd) throw_errno(what);
    while (!text.empty()) {
      const ssize_t size = ::write(fd.get(), text.data(), text.size());
      if (size < 0 && errno != EINTR) throw_errno(what);
      if (size > 0) text.remove_prefix(static_cast<std::size_t>(size));
    }
    // These files say what a later run must clean up: they have to survive a crash whole.
    if (::fsync(fd.get()) != 0) throw_errno(what);
    if (::rename(temporary.c_str(), path.c_str()) != 0) throw_errno(what);
  } catch (...) {
    ::unlink(temporary.c_str());
    throw;
  }
}

std::optional<std::string> read_small_file(const std::filesystem::path& path) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!fd) return std::nullopt;
  std::string text;
  char buffer[4096];
  constexpr std::size_t kMost = 4 * 1024 * 1024;
  for (;;) {
    const ssize_t size = ::read(fd.get(), buffer, sizeof buffer);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 || text.size() > kMost) return std::nullopt;
    if (size == 0) return text;
    text.append(buffer, static_cast<std::size_t>(size));
  }
}

std::string random_name() {
  std::uint64_t number = 0;
  if (::getrandom(&number, sizeof number, 0) != sizeof number) throw_errno("random number");
  char digits[17];
  std::snprintf(digits, sizeof digits, "%016llx", static_cast<unsigned long long>(number));
  return digits;
}

}  // namespace sandport_local

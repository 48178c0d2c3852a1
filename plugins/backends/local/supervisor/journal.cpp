#include "supervisor/journal.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

namespace sandport_local {
namespace {

void segment_name(char (&name)[64], const char* stream, std::uint64_t start) {
  std::snprintf(name, sizeof name, "%s.%020llu", stream, static_cast<unsigned long long>(start));
}

}  // namespace

Journal::Journal(int directory, const char* stream, std::uint64_t bound)
    : directory_(directory),
      stream_(stream),
      segment_bytes_(std::max<std::uint64_t>(bound / 2, 4096)) {
  begin_segment();
}

Journal::~Journal() {
  if (fd_ >= 0) ::close(fd_);
}

void Journal::begin_segment() {
  char name[64];
  if (fd_ >= 0) {
    ::close(fd_);
    if (has_previous_) {
      segment_name(name, stream_, previous_start_);
      ::unlinkat(directory_, name, 0);
    }
    previous_start_ = segment_start_;
    has_previous_ = true;
  }
  segment_start_ = size_;
  segment_name(name, stream_, segment_start_);
  fd_ = ::openat(directory_, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
}

void Journal::append(const void* bytes, std::size_t size) {
  const char* next = static_cast<const char*>(bytes);
  while (size > 0) {
    if (size_ - segment_start_ >= segment_bytes_) begin_segment();
    const std::uint64_t in_segment = size_ - segment_start_;
    const std::size_t part = std::min<std::uint64_t>(size, segment_bytes_ - in_segment);
    std::size_t done = 0;
    while (fd_ >= 0 && done < part) {
      // At its own offset, so that what could not be written leaves a hole and shifts nothing.
      const ssize_t written =
          ::pwrite(fd_, next + done, part - done, static_cast<off_t>(in_segment + done));
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) break;
      done += static_cast<std::size_t>(written);
    }
    next += part;
    size -= part;
    size_ += part;
  }
}

}  // namespace sandport_local

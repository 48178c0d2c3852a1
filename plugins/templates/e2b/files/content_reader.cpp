#include "content_reader.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <sandport/errno_error.hpp>

#include "unique_file.hpp"

namespace e2b_template {
namespace {

constexpr std::size_t kPiece = std::size_t{1} << 20U;

sandport::Error changed(const std::string& path) {
  return {SP_FAILED_PRECONDITION,
          path + " changed while it was read; build again when nothing writes to the context",
          "CONTEXT_CHANGED"};
}

}  // namespace

ContentReader::ContentReader(std::string context, std::stop_token stop)
    : context_(std::move(context)), stop_(std::move(stop)), buffer_(kPiece) {}

void ContentReader::read(const Entry& entry, const std::function<void(std::string_view)>& receive) {
  const std::string path = context_ + '/' + entry.path;
  const UniqueFile file{open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)};
  if (!file) {
    if (errno == ENOENT) throw changed(path);
    throw sandport::errno_error(errno, "cannot read " + path);
  }
  struct stat now {};
  const auto is_same = [&] {
    return fstat(file.get(), &now) == 0 && now.st_mode == entry.mode &&
           static_cast<std::uint64_t>(now.st_size) == entry.size &&
           now.st_mtim.tv_sec * 1'000'000'000 + now.st_mtim.tv_nsec == entry.modified_ns;
  };
  if (!is_same()) throw changed(path);
  std::uint64_t left = entry.size;
  while (left > 0) {
    if (stop_.stop_requested()) throw sandport::Cancelled();
    const ssize_t count = ::read(file.get(), buffer_.data(), buffer_.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw sandport::errno_error(errno, "cannot read " + path);
    if (count == 0 || static_cast<std::uint64_t>(count) > left) throw changed(path);
    receive({buffer_.data(), static_cast<std::size_t>(count)});
    left -= static_cast<std::uint64_t>(count);
  }
  if (!is_same()) throw changed(path);
}

}  // namespace e2b_template

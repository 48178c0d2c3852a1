#include "process/journal_reader.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <optional>
#include <string_view>

namespace sandport_local {
namespace {

std::optional<std::uint64_t> start_of(std::string_view name, std::string_view stream) {
  if (!name.starts_with(stream) || name.size() != stream.size() + 21) return std::nullopt;
  const std::string_view digits = name.substr(stream.size() + 1);
  std::uint64_t start = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), start);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return start;
}

}  // namespace

std::filesystem::path JournalReader::segment(std::uint64_t start) const {
  char digits[32];
  std::snprintf(digits, sizeof digits, ".%020llu", static_cast<unsigned long long>(start));
  return directory_ / (stream_ + digits);
}

JournalReader::Segments JournalReader::find() const {
  Segments found;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(directory_, error)) {
    const auto start = start_of(entry.path().filename().native(), stream_);
    if (!start) continue;
    if (*start <= offset_ && (!found.has_here || *start > found.here)) {
      found.here = *start;
      found.has_here = true;
    }
    if (*start > offset_ && (!found.has_after || *start < found.after)) {
      found.after = *start;
      found.has_after = true;
    }
  }
  return found;
}

std::uint64_t JournalReader::end_on_disk() const {
  std::uint64_t end = 0;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(directory_, error)) {
    const auto start = start_of(entry.path().filename().native(), stream_);
    std::error_code ignored;
    if (start) end = std::max(end, *start + std::filesystem::file_size(entry.path(), ignored));
  }
  return end;
}

JournalReader::Piece JournalReader::next(std::uint64_t end, std::size_t most) {
  Piece piece;
  // The second look is at another segment than the first.
  for (int look = 0; look < 3 && offset_ < end; ++look) {
    const std::size_t wanted = std::min<std::uint64_t>(most, end - offset_);
    if (fd_) {
      piece.bytes.resize(wanted);
      const ssize_t size =
          ::pread(fd_.get(), piece.bytes.data(), wanted, static_cast<off_t>(offset_ - start_));
      piece.bytes.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
      offset_ += piece.bytes.size();
      if (!piece.bytes.empty()) return piece;
    }
    const Segments found = find();
    if (found.has_here && (!fd_ || found.here != start_)) {
      start_ = found.here;
      fd_ = UniqueFd(::open(segment(start_).c_str(), O_RDONLY | O_CLOEXEC));
      if (fd_) continue;
    }
    // Nothing holds this offset: it was dropped for newer output, or the disk was full.
    const std::uint64_t to = found.has_after ? std::min(found.after, end) : end;
    piece.lost += to - offset_;
    offset_ = to;
    fd_.reset();
  }
  return piece;
}

}  // namespace sandport_local

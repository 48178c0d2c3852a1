// Reads one stream of a detached process, as its supervisor keeps it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "unique_fd.hpp"

namespace sandport_local {

class JournalReader {
 public:
  JournalReader(std::filesystem::path directory, std::string stream, std::uint64_t offset)
      : directory_(std::move(directory)), stream_(std::move(stream)), offset_(offset) {}

  struct Piece {
    std::string bytes;
    std::uint64_t lost = 0;  // bytes before these that are not kept any more
  };

  // The next bytes, at most `most`, before `end`: empty when there are none. Blocking, but only on
  // what is in the page cache.
  [[nodiscard]] Piece next(std::uint64_t end, std::size_t most);
  [[nodiscard]] std::uint64_t offset() const { return offset_; }

  // The end of what is on disk: for when nobody can tell any more.
  [[nodiscard]] std::uint64_t end_on_disk() const;

 private:
  struct Segments {
    std::uint64_t here = 0;   // the segment that holds the offset
    std::uint64_t after = 0;  // the next one
    bool has_here = false;
    bool has_after = false;
  };
  [[nodiscard]] Segments find() const;
  [[nodiscard]] std::filesystem::path segment(std::uint64_t start) const;

  std::filesystem::path directory_;
  std::string stream_;
  std::uint64_t offset_;
  UniqueFd fd_;
  std::uint64_t start_ = 0;  // of the open segment
};

}  // namespace sandport_local

// One stream of a detached process, kept on disk up to a bound.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sandport_local {

// Segments of half the bound each; when the third begins, the first goes. Failing writes (a full
// disk) drop bytes but never stop the process; the offsets go on counting.
class Journal {
 public:
  // stream: "stdout", "stderr" or "pty"; kept as a pointer. directory outlives this.
  Journal(int directory, const char* stream, std::uint64_t bound);
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;
  ~Journal();

  void append(const void* bytes, std::size_t size);
  // All bytes so far, kept or not.
  [[nodiscard]] std::uint64_t size() const { return size_; }

 private:
  void begin_segment();

  int directory_;
  const char* stream_;
  std::uint64_t segment_bytes_;
  int fd_ = -1;
  std::uint64_t size_ = 0;
  std::uint64_t segment_start_ = 0;
  std::uint64_t previous_start_ = 0;
  bool has_previous_ = false;
};

}  // namespace sandport_local

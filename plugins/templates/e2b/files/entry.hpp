// One file, folder or link of a context, as it was when it was found.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace e2b_template {

struct Entry {
  std::string path;        // relative to the context; empty: the context itself
  std::uint32_t mode = 0;  // st_mode
  std::uint64_t size = 0;  // st_size
  std::int64_t modified_ns = 0;
  std::string link;  // of a symbolic link: where it points

  [[nodiscard]] bool is_file() const { return (mode & 0170000U) == 0100000U; }
  [[nodiscard]] bool is_folder() const { return (mode & 0170000U) == 0040000U; }
  [[nodiscard]] bool is_link() const { return (mode & 0170000U) == 0120000U; }
};

using Entries = std::vector<Entry>;  // ordered by path, byte by byte

}  // namespace e2b_template

// The files of a COPY as a compressed archive in a temporary file.
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>

#include "entry.hpp"
#include "unique_file.hpp"

namespace e2b_template {

// A file without a name: it goes with the last that has it open, also when the process ends.
struct Spool {
  UniqueFile file;
  std::uint64_t size = 0;
};

// The same bytes for the same files: neither owners nor times are stored. Takes little memory,
// whatever the size. Blocks. Throws Error when a file cannot be read or changed since it was found,
// or the disk is full; Cancelled.
[[nodiscard]] Spool write_archive(const std::string& context, const Entries& entries,
                                  const std::stop_token& stop);

}  // namespace e2b_template

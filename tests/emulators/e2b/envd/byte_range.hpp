// The Range header, as far as one range goes.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace sandport::e2b_emulator {

struct ByteRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;  // inclusive
};

enum class RangeAnswer { kWhole, kPart, kUnsatisfiable };

// What `header` asks of a file of `size` bytes. Several ranges, and what cannot be read, mean the
// whole.
[[nodiscard]] RangeAnswer parse_range(std::string_view header, std::uint64_t size,
                                      ByteRange* range);

}  // namespace sandport::e2b_emulator

// Where in which source a manifest value was written.
#pragma once

#include <compare>
#include <cstdint>

namespace sandport::manifest {

// `source` indexes a `Sources`. Lines and columns count from 1, columns in characters, not bytes.
// Line 0 stands for the source as a whole, for example a file that cannot be opened.
struct Location {
  std::uint32_t source = 0;
  std::uint32_t line = 0;
  std::uint32_t column = 0;

  friend bool operator==(const Location&, const Location&) = default;
  friend auto operator<=>(const Location&, const Location&) = default;
};

}  // namespace sandport::manifest

// Some lines of a file, without reading more of it than they need.
#pragma once

#include <sandport/sandbox_view.hpp>

#include <cstdint>
#include <optional>
#include <string>

#include "line_window.hpp"

namespace files {

struct ReadRange {
  std::int64_t offset = 1;  // first line, from 1; negative: so many lines before the end
  WindowLimits limits;      // first_line is not used
};

struct RangeText {
  LineWindow window;
  std::uint64_t size = 0;             // of the file
  bool whole = false;                 // read to its end: window.lines() is all of them
  std::optional<std::string> binary;  // why it is no text
};

[[nodiscard]] sandport::Task<RangeText> read_range(sandport::SandboxView sandbox,
                                                   sandport::Entry entry, std::string path,
                                                   ReadRange range);

}  // namespace files

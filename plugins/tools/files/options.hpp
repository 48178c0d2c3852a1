// Options of the files toolset.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "line_window.hpp"

namespace files {

enum class Guard { kOn, kOff };

struct Options {
  WindowLimits read;                               // of one fs_read
  std::uint64_t max_edit_size = 16 * 1024 * 1024;  // of a file that fs_edit changes
  std::uint64_t list_limit = 500;                  // entries
  std::uint64_t glob_limit = 200;                  // paths, unless a call says otherwise
  std::uint64_t grep_limit = 200;                  // matches, unless a call says otherwise
  std::size_t line_length = 500;                   // bytes shown of a line that grep found
  Guard sensitive = Guard::kOn;                    // refuse files that hold secrets
  Guard unread = Guard::kOn;                       // refuse to overwrite a file that was not read
  Guard changed = Guard::kOn;  // refuse to write a file that changed since it was read
};

// Throws std::invalid_argument.
[[nodiscard]] Options parse_options(std::string_view config);

}  // namespace files

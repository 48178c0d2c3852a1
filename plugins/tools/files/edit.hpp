// Replacing text in a file, byte for byte.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace files {

struct Edit {
  std::string find;
  std::string replace;
  bool replace_all = false;
};

struct EditOutcome {
  std::string error;  // empty: applied
  std::size_t replacements = 0;
  std::size_t first_line = 0;  // of the first replacement, from 1
  bool kept_crlf = false;      // find and replace were given with LF for a file with CRLF
};

// Changes content only when the outcome has no error: find must occur exactly once, or replace_all
// be set. Nothing in find or replace has a special meaning.
[[nodiscard]] EditOutcome apply_edit(std::string& content, const Edit& edit);

// The line, from 1, that holds the byte at offset.
[[nodiscard]] std::size_t line_of(std::string_view content, std::size_t offset);

// LF to CRLF; what is CRLF already stays.
[[nodiscard]] std::string to_crlf(std::string_view text);

}  // namespace files

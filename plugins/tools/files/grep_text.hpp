// What a search found, as text.
#pragma once

#include <sandport/entry.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "grep_arguments.hpp"

namespace files {

struct GrepStyle {
  std::size_t line_length = 500;  // bytes shown of a line
  std::size_t bytes = 100 * 1024;
  Guard sensitive = Guard::kOn;
};

// Pages through the matches (context lines go with theirs), leaves out sensitive files, and says
// what is missing.
[[nodiscard]] std::string grep_text(const std::vector<sandport::Match>& matches,
                                    const GrepArguments& arguments, std::string_view work_dir,
                                    const GrepStyle& style);

}  // namespace files

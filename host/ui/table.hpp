// Columns of text for a terminal.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace sandport {

// Pads every column but the last to its widest cell. The first row is the heading.
void print_table(std::ostream& output, const std::vector<std::vector<std::string>>& rows);

// "just now", "5 min ago", "3 h ago", else the date.
[[nodiscard]] std::string ago(std::int64_t unix_ms);

}  // namespace sandport

// Short forms of long things, for one line of a terminal.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sandport {

// The first line of a text, cut to so many bytes at a character's edge.
[[nodiscard]] std::string first_line(std::string_view text, std::size_t limit);

// A tool call's arguments as `name=value` words; long values are cut.
[[nodiscard]] std::string summarize_arguments(std::string_view json, std::size_t limit);

// The text parts of MCP content, one after the other.
[[nodiscard]] std::string first_text(std::string_view content_json);

}  // namespace sandport

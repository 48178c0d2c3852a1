// Mistakes in YAML text that yaml-cpp 0.7 accepts in silence, or describes unhelpfully.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "host/manifest/location.hpp"
#include "host/manifest/sources.hpp"

namespace sandport::manifest {

// Offsets are in bytes from the start of the text and may point at the scalar's anchor or tag.

// False when the quoted scalar at `offset` runs to the end of the text without its closing quote.
[[nodiscard]] bool is_quote_closed(std::string_view text, std::size_t offset);

// Whether the map key at `offset`, whose value came out empty, really has a `:` after it.
[[nodiscard]] bool key_has_colon(std::string_view text, std::size_t offset,
                                 std::string_view plain_key);

// The place of a tab that indents the line of a syntax error, or the line before it.
[[nodiscard]] std::optional<Location> find_indenting_tab(const Sources& sources, Location error);

// What to tell people for a message of yaml-cpp, given the line it is about.
[[nodiscard]] std::string explain_syntax_error(std::string_view message, std::string_view line);

}  // namespace sandport::manifest

// Small helpers for text that people read or wrote: UTF-8, quoting for messages, nearest name.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sandport::manifest {

// The byte offset of the first byte that is not well-formed UTF-8 (RFC 3629), if there is one.
[[nodiscard]] std::optional<std::size_t> find_invalid_utf8(std::string_view text);

// How many characters (code points) well-formed UTF-8 text has.
[[nodiscard]] std::size_t count_characters(std::string_view text);

// `text` in double quotes for a message: shortened when long, control characters replaced, so that
// nothing in a manifest can steer the terminal it is shown on.
[[nodiscard]] std::string quote(std::string_view text);

// A copy with control characters replaced, one column each.
[[nodiscard]] std::string printable(std::string_view text);

// The candidate that `word` was most likely meant to be; nothing when none is close.
[[nodiscard]] std::optional<std::string> nearest(std::string_view word,
                                                 std::span<const std::string> candidates);

// "a, b, c".
[[nodiscard]] std::string join(std::span<const std::string> words);

// "unknown key "tmeout"; did you mean `timeout`? Allowed: …", the one wording for all unknown
// names.
[[nodiscard]] std::string unknown_name(std::string_view what, std::string_view word,
                                       std::span<const std::string> allowed);

// ASCII, whatever the locale.
[[nodiscard]] constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace sandport::manifest

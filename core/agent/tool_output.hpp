// Cuts a tool's output down to what a model is shown.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sandport {

struct ShownOutput {
  std::string content;  // JSON array of content parts, never empty
  bool truncated = false;
  std::string whole;  // when truncated: all of the text, or all of the content where it is not text
};

struct OutputLimits {
  std::size_t text = 50'000;      // bytes of all text parts together; 0: no limit
  std::size_t media = 5'000'000;  // bytes of each other part; 0: no limit
};

// `content` is JSON as a tool gave it; `structured` stands in when it has no parts.
[[nodiscard]] ShownOutput show_output(std::string content, std::string_view structured,
                                      const OutputLimits& limits);

// The first and the last part of `text`, at most `limit` bytes, with a line between them that says
// what was left out. Cuts between lines where that costs little, and never inside a character.
[[nodiscard]] std::string head_and_tail(std::string_view text, std::size_t limit);

}  // namespace sandport

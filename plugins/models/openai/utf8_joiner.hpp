// Characters that a server cut between two deltas, put together again.
#pragma once

#include <string>
#include <string_view>

namespace openai {

// JSON with bytes that are no UTF-8 cannot be parsed: each such byte becomes a private character,
// which Utf8Joiner takes back. Valid text is returned as it is.
[[nodiscard]] std::string escape_broken_utf8(std::string_view json);

class Utf8Joiner {
 public:
  // Text of one delta, from JSON that was escaped or not; returns the whole characters so far.
  [[nodiscard]] std::string join(std::string_view text);
  // What never became whole, as U+FFFD.
  [[nodiscard]] std::string finish();

 private:
  std::string pending_;  // a character's first bytes
};

}  // namespace openai

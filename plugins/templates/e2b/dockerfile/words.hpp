// Words of a Dockerfile instruction: quotes, escapes and variables.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace e2b_template {

[[nodiscard]] constexpr bool is_blank(char c) { return c == ' ' || c == '\t'; }

// Splits at blanks outside quotes; the words keep their quotes and escapes.
[[nodiscard]] std::vector<std::string> split_words(std::string_view text, char escape);
[[nodiscard]] bool ends_inside_quotes(std::string_view text, char escape);

using Variables = std::map<std::string, std::string, std::less<>>;

// What becomes of a variable whose value is not in the Dockerfile.
enum class Unknown {
  kRefuse,
  kKeep,   // $NAME stays in the text, for the service to expand
  kEmpty,  // as Docker does with an ARG without a value
};

struct Expansion {
  std::string text;
  std::string problem;  // not empty: why it cannot be expanded
};

// Without quotes and escapes, variables replaced: $X, ${X}, ${X:-default}, ${X:+other}.
[[nodiscard]] Expansion expand(std::string_view word, char escape, const Variables& variables,
                               Unknown unknown);

}  // namespace e2b_template

// Patterns of path names: *, ?, [a-z], ** and \-escapes.
#pragma once

#include <bitset>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace e2b_template {

// Takes time in proportion to the pattern times the path, whatever they are.
class Wildcard {
 public:
  // * and ? stop at a slash; ** does not, and "**/" also stands for nothing.
  explicit Wildcard(std::string_view pattern);

  [[nodiscard]] bool matches(std::string_view path) const;
  // Whether it has any character that is not plain.
  [[nodiscard]] static bool is_pattern(std::string_view text);

 private:
  enum class Kind : std::uint8_t { kOne, kSet, kStar, kDeepStar, kFolders };
  struct Token {
    Kind kind;
    std::bitset<256> set;  // of kOne and kSet: the characters it takes
  };
  std::size_t read_set(std::string_view pattern, std::size_t at);
  void close(std::vector<bool>& states) const;

  std::vector<Token> tokens_;
};

// "a{b,c}d" gives "abd" and "acd"; without braces the pattern itself.
[[nodiscard]] std::vector<std::string> expand_braces(const std::string& pattern);

}  // namespace e2b_template

// Patterns with * and ?, matched against text of which parts may be unknown.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sandport {

// In a subject, this byte stands for any text at all, also none: what a shell expansion may give.
inline constexpr char kUnknownText = '\0';

// `*` is any run of characters, `?` is one, `\` takes the next character as it is. Matching takes
// time in proportion to pattern × subject, whatever they are.
class Wildcard {
 public:
  enum class Style {
    kText,
    kPath,  // `*` and `?` stop at a slash, `**` does not, and `**/` may stand for no directory
  };

  explicit Wildcard(std::string_view pattern, Style style = Style::kText);

  // Matches whatever the unknown parts turn out to be.
  [[nodiscard]] bool covers(std::string_view subject) const;
  // Matches for some value of the unknown parts.
  [[nodiscard]] bool may_match(std::string_view subject) const;

 private:
  enum class Kind { kLiteral, kCharacter, kSegmentCharacter, kRun, kSegmentRun, kMaybeDirectories };
  struct Token {
    Kind kind;
    char literal = '\0';
  };
  enum class Unknown { kAll, kSome };
  using States = std::vector<char>;

  [[nodiscard]] bool match(std::string_view subject, Unknown unknown) const;
  void close(States& states) const;
  [[nodiscard]] States after(const States& states, char character) const;
  [[nodiscard]] States after_unknown(const States& states, Unknown unknown) const;

  std::vector<Token> tokens_;
};

}  // namespace sandport

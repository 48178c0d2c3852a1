// Wildcards in names and paths, as Python's pathlib has them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/sandbox/search.hpp"

namespace sandport {

// One component: `*`, `?` (one character of UTF-8, or one byte that is none), `[a-z]`, `[!a-z]`. A
// `[` without its end is itself. kIgnore folds ASCII letters only. Independent of the locale.
[[nodiscard]] bool matches_wildcard(std::string_view name, std::string_view pattern,
                                    LetterCase letter_case);

[[nodiscard]] bool has_wildcard(std::string_view pattern);

// A pattern of components, `**` standing for any number of directories.
class PathPattern {
 public:
  // Throws Error kInvalidArgument when pattern is empty, absolute, or contains `..`.
  PathPattern(std::string_view pattern, LetterCase letter_case, DotFiles dot_files);

  [[nodiscard]] const std::vector<std::string>& components() const { return components_; }

  // Whether the components from `first` on match the relative path as a whole.
  [[nodiscard]] bool matches(std::string_view path, std::size_t first = 0) const;
  [[nodiscard]] bool matches_name(std::string_view name, std::size_t component) const;

 private:
  [[nodiscard]] bool match_from(const std::vector<std::string_view>& names, std::size_t name,
                                std::size_t component) const;

  std::vector<std::string> components_;
  LetterCase letter_case_;
  DotFiles dot_files_;
};

// `*.{c,h}` as {`*.c`, `*.h`}; nested braces too. A brace without its end is itself.
[[nodiscard]] std::vector<std::string> expand_braces(std::string_view pattern);

}  // namespace sandport

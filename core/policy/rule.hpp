// One permission rule: `tool` or `tool(pattern)`.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/policy/command_text.hpp"
#include "core/policy/wildcard.hpp"

namespace sandport {

// Why the text is not a rule; `offset` is in bytes from its start.
struct RuleProblem {
  std::string message;
  std::size_t offset = 0;
};

// How sure it is that a rule is about a call.
enum class Match {
  kNo,
  kPossible,  // it depends on text that only the shell will know
  kYes,
};

// Immutable, so safe from any thread.
class Rule {
 public:
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] bool is_for(std::string_view tool) const { return tool_.covers(tool); }
  // `tool` and `tool(*)`.
  [[nodiscard]] bool matches_every_call() const { return pattern_.empty() || pattern_ == "*"; }
  [[nodiscard]] const std::string& pattern() const { return pattern_; }

  [[nodiscard]] Match matches_command(const CommandText& command) const;
  // Of the words exactly, with their borders; `writes` says that they end in redirections, which
  // only a pattern that has a `>` itself allows.
  enum class Writes { kNone, kSome };
  [[nodiscard]] bool allows_command(const CommandText& command, Writes writes) const;

  // `path` is absolute and normal, or begins with kUnknownText. A pattern without a slash is a name
  // in any directory, one that begins without a slash is below `work_dir`.
  [[nodiscard]] Match matches_path(std::string_view path, std::string_view work_dir) const;
  [[nodiscard]] bool allows_path(std::string_view path, std::string_view work_dir) const;

  // A string among a tool's arguments.
  [[nodiscard]] bool matches_text(std::string_view text) const;

 private:
  friend std::variant<Rule, RuleProblem> parse_rule(std::string_view text);
  Rule(std::string_view text, std::string_view tool, std::string pattern);

  std::string text_;
  Wildcard tool_;
  std::string pattern_;
  std::vector<Wildcard> command_patterns_;
  std::vector<Wildcard> text_patterns_;
};

// `*` and `?` are wildcards in the tool's name and in the pattern. A pattern that ends in ` *` also
// matches without arguments: `bash_run(git push *)` is about `git push` too.
[[nodiscard]] std::variant<Rule, RuleProblem> parse_rule(std::string_view text);

// Collapses `.`, `..` and doubled slashes of `path`, which is below `work_dir` when it is relative.
// A path that starts with `~` is unknown from its start to its first slash.
[[nodiscard]] std::string normal_path(std::string_view path, std::string_view work_dir);

}  // namespace sandport

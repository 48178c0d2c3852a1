#include "core/policy/rule.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace sandport {
namespace {

// The pattern, and what it is without the ending that may match nothing.
std::vector<Wildcard> with_optional_end(std::string_view pattern, std::string_view ending,
                                        Wildcard::Style style) {
  std::vector<Wildcard> patterns{Wildcard(pattern, style)};
  if (pattern.size() > ending.size() && pattern.ends_with(ending)) {
    patterns.emplace_back(pattern.substr(0, pattern.size() - ending.size()), style);
  }
  return patterns;
}

bool any_covers(const std::vector<Wildcard>& patterns, std::string_view subject) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [subject](const Wildcard& pattern) { return pattern.covers(subject); });
}

bool any_may_match(const std::vector<Wildcard>& patterns, std::string_view subject) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [subject](const Wildcard& pattern) { return pattern.may_match(subject); });
}

std::string absolute_pattern(std::string_view pattern, std::string_view work_dir) {
  while (pattern.size() > 1 && pattern.ends_with('/')) {
    pattern.remove_suffix(1);
  }
  if (pattern.starts_with('/') || pattern.starts_with("**/")) {
    return std::string(pattern);
  }
  if (pattern.find('/') == std::string_view::npos) {
    return "**/" + std::string(pattern);
  }
  if (pattern.starts_with("./")) {
    pattern.remove_prefix(2);
  }
  return fmt::format("{}/{}", work_dir == "/" ? "" : work_dir, pattern);
}

bool is_tool_character(char character) {
  return std::isalnum(static_cast<unsigned char>(character)) != 0 ||
         std::string_view("_-.:/*?").find(character) != std::string_view::npos;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  return begin == std::string_view::npos
             ? std::string_view{}
             : text.substr(begin, text.find_last_not_of(" \t") + 1 - begin);
}

// Where a command's pattern has an operator, which no simple command contains.
std::size_t operator_in(std::string_view pattern) {
  char quote = '\0';
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    const char character = pattern[at];
    if (quote != '\0') {
      quote = character == quote ? '\0' : quote;
    } else if (character == '\'' || character == '"') {
      quote = character;
    } else if (character == '\\') {
      ++at;
    } else if (character == ';' || character == '|' || character == '&' || character == '\n') {
      return at;
    }
  }
  return std::string_view::npos;
}

}  // namespace

Rule::Rule(std::string_view text, std::string_view tool, std::string pattern)
    : text_(text),
      tool_(tool),
      pattern_(std::move(pattern)),
      command_patterns_(
          with_optional_end(normal_command_pattern(pattern_), " *", Wildcard::Style::kText)),
      text_patterns_{Wildcard(pattern_)} {}

Match Rule::matches_command(const CommandText& command) const {
  for (const std::string* text : {&command.plain, &command.quoted, &command.named}) {
    if (matches_every_call() || any_covers(command_patterns_, *text)) {
      return Match::kYes;
    }
  }
  return any_may_match(command_patterns_, command.loose) ? Match::kPossible : Match::kNo;
}

bool Rule::allows_command(const CommandText& command, Writes writes) const {
  if (matches_every_call()) {
    return true;
  }
  if (writes == Writes::kSome && pattern_.find('>') == std::string::npos) {
    return false;
  }
  return any_covers(command_patterns_, command.trusted);
}

Match Rule::matches_path(std::string_view path, std::string_view work_dir) const {
  if (matches_every_call()) {
    return Match::kYes;
  }
  // A rule about a directory is about all that is in it.
  const std::string pattern = absolute_pattern(pattern_, work_dir);
  const std::vector<Wildcard> patterns = with_optional_end(
      pattern.ends_with("/**") ? pattern : pattern + "/**", "/**", Wildcard::Style::kPath);
  return any_covers(patterns, path)      ? Match::kYes
         : any_may_match(patterns, path) ? Match::kPossible
                                         : Match::kNo;
}

bool Rule::allows_path(std::string_view path, std::string_view work_dir) const {
  return matches_every_call() || any_covers(with_optional_end(absolute_pattern(pattern_, work_dir),
                                                              "/**", Wildcard::Style::kPath),
                                            path);
}

bool Rule::matches_text(std::string_view text) const {
  return matches_every_call() || any_covers(text_patterns_, text);
}

std::variant<Rule, RuleProblem> parse_rule(std::string_view text) {
  const std::string_view rule = trimmed(text);
  const auto offset = static_cast<std::size_t>(rule.empty() ? 0 : rule.data() - text.data());
  if (rule.empty()) {
    return RuleProblem{"a rule is missing: write tool or tool(pattern)", 0};
  }
  const std::size_t open = rule.find('(');
  const std::string_view tool = rule.substr(0, open);
  const auto* wrong = std::find_if_not(tool.begin(), tool.end(), is_tool_character);
  if (tool.empty() || wrong != tool.end()) {
    const auto at = static_cast<std::size_t>(wrong - tool.begin());
    return RuleProblem{"the rule must start with a tool's name, such as bash_run or fs_*",
                       offset + at};
  }
  if (open == std::string_view::npos) {
    return Rule(rule, tool, "");
  }
  if (!rule.ends_with(')')) {
    const std::size_t close = rule.rfind(')');
    return close == std::string_view::npos
               ? RuleProblem{"the closing ) of the pattern is missing", offset + rule.size()}
               : RuleProblem{"nothing may follow the closing ) of the pattern", offset + close + 1};
  }
  const std::string_view inside = rule.substr(open + 1, rule.size() - open - 2);
  const std::string_view pattern = trimmed(inside);
  if (pattern.empty()) {
    return RuleProblem{fmt::format("the pattern is empty: write {} or {}(*)", tool, tool),
                       offset + open + 1};
  }
  if (const std::size_t at = operator_in(pattern);
      tool == "bash_run" && at != std::string_view::npos) {
    return RuleProblem{
        fmt::format("the pattern is about one command, without \"{}\": a command line is split "
                    "before it is checked",
                    pattern[at]),
        offset + static_cast<std::size_t>(pattern.data() - rule.data()) + at};
  }
  return Rule(rule, tool, std::string(pattern));
}

std::string normal_path(std::string_view path, std::string_view work_dir) {
  std::string root;
  std::string whole;
  if (path.starts_with('~')) {
    root.push_back(kUnknownText);
    whole = path.substr(std::min(path.find('/'), path.size()));
  } else if (path.starts_with('/')) {
    whole = path;
  } else {
    whole = fmt::format("{}/{}", work_dir, path);
  }
  std::vector<std::string_view> parts;
  const std::string_view rest = whole;
  for (std::size_t at = 0; at < rest.size();) {
    const std::size_t end = std::min(rest.find('/', at), rest.size());
    const std::string_view part = rest.substr(at, end - at);
    if (part == "..") {
      if (!parts.empty()) {
        parts.pop_back();
      } else if (!root.empty()) {
        return root;  // above a directory that is not known
      }
    } else if (!part.empty() && part != ".") {
      parts.push_back(part);
    }
    at = end + 1;
  }
  std::string normal = root;
  for (const std::string_view part : parts) {
    normal += "/";
    normal += part;
  }
  return normal.empty() ? "/" : normal;
}

}  // namespace sandport

#include "core/sandbox/wildcard.hpp"

#include <cstdint>
#include <optional>

#include "core/error.hpp"

namespace sandport {
namespace {

// Takes one character off text: a code point, or a byte that starts none (as a value beyond them).
std::uint32_t take_character(std::string_view& text) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  const std::uint32_t lead = byte(0);
  const std::size_t size = lead < 0x80   ? 1
                           : lead < 0xC2 ? 0
                           : lead < 0xE0 ? 2
                           : lead < 0xF0 ? 3
                           : lead < 0xF5 ? 4
                                         : 0;
  constexpr std::uint32_t kNoCharacter = 0x110000;
  std::uint32_t value = size == 1   ? lead
                        : size == 2 ? lead & 0x1Fu
                        : size == 3 ? lead & 0x0Fu
                                    : lead & 0x07u;
  bool valid = size != 0 && text.size() >= size;
  for (std::size_t at = 1; valid && at < size; ++at) {
    valid = (byte(at) & 0xC0u) == 0x80;
    value = value << 6 | (byte(at) & 0x3Fu);
  }
  text.remove_prefix(valid ? size : 1);
  return valid ? value : kNoCharacter + lead;
}

std::uint32_t fold(std::uint32_t character, LetterCase letter_case) {
  const bool upper = character >= 'A' && character <= 'Z';
  return letter_case == LetterCase::kIgnore && upper ? character + ('a' - 'A') : character;
}

// The class that starts at pattern's `[`: where it ends, or nullopt when it does not.
std::optional<std::size_t> class_end(std::string_view pattern) {
  std::size_t at = 1;
  if (at < pattern.size() && pattern[at] == '!') ++at;
  const auto end = pattern.find(']', at + 1);
  return end == std::string_view::npos ? std::nullopt : std::optional{end};
}

// body: what stands between the brackets.
bool in_class(std::uint32_t character, std::string_view body, LetterCase letter_case) {
  const bool negated = body.starts_with('!');
  if (negated) body.remove_prefix(1);
  bool found = false;
  while (!body.empty()) {
    const auto low = take_character(body);
    auto high = low;
    if (body.size() >= 2 && body.front() == '-') {
      body.remove_prefix(1);
      high = take_character(body);
    }
    const auto within = [&](std::uint32_t value) { return low <= value && value <= high; };
    found = found || within(character);
    if (letter_case == LetterCase::kIgnore && character >= 'a' && character <= 'z') {
      found = found || within(character - ('a' - 'A'));
    }
  }
  return found != negated;
}

// Matches one character of name with the front of pattern, and takes both off.
bool take_match(std::string_view& name, std::string_view& pattern, LetterCase letter_case) {
  if (name.empty() || pattern.empty()) return false;
  const auto character = fold(take_character(name), letter_case);
  if (pattern.front() == '?') {
    pattern.remove_prefix(1);
    return true;
  }
  if (pattern.front() == '[') {
    if (const auto end = class_end(pattern)) {
      const auto body = pattern.substr(1, *end - 1);
      pattern.remove_prefix(*end + 1);
      return in_class(character, body, letter_case);
    }
  }
  return character == fold(take_character(pattern), letter_case);
}

std::vector<std::string_view> split(std::string_view path) {
  std::vector<std::string_view> parts;
  while (!path.empty()) {
    const auto slash = path.find('/');
    const auto part = path.substr(0, slash);
    if (!part.empty() && part != ".") parts.push_back(part);
    path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
  }
  return parts;
}

}  // namespace

bool matches_wildcard(std::string_view name, std::string_view pattern, LetterCase letter_case) {
  // Where to go on when what follows the last star does not fit.
  std::optional<std::string_view> after_star;
  std::string_view star_name;
  while (!name.empty() || !pattern.empty()) {
    if (pattern.starts_with('*')) {
      pattern.remove_prefix(1);
      after_star = pattern;
      star_name = name;
      continue;
    }
    auto next_name = name;
    auto next_pattern = pattern;
    if (take_match(next_name, next_pattern, letter_case)) {
      name = next_name;
      pattern = next_pattern;
      continue;
    }
    if (!after_star || star_name.empty()) return false;
    take_character(star_name);
    name = star_name;
    pattern = *after_star;
  }
  return true;
}

bool has_wildcard(std::string_view pattern) {
  return pattern.find_first_of("*?[") != std::string_view::npos;
}

PathPattern::PathPattern(std::string_view pattern, LetterCase letter_case, DotFiles dot_files)
    : letter_case_(letter_case), dot_files_(dot_files) {
  const std::string quoted = "the pattern '" + std::string{pattern} + "' ";
  if (pattern.starts_with('/')) {
    throw Error(Code::kInvalidArgument, quoted + "must be relative to the directory searched");
  }
  for (const auto component : split(pattern)) {
    if (component == "..") {
      throw Error(Code::kInvalidArgument, quoted + "may not contain '..'");
    }
    const bool repeated = component == "**" && !components_.empty() && components_.back() == "**";
    if (!repeated) components_.emplace_back(component);
  }
  if (components_.empty()) throw Error(Code::kInvalidArgument, quoted + "is empty");
}

bool PathPattern::matches_name(std::string_view name, std::size_t component) const {
  const auto& pattern = components_[component];
  const bool hidden = name.starts_with('.') && !pattern.starts_with('.');
  if (hidden && dot_files_ == DotFiles::kSkip) return false;
  return matches_wildcard(name, pattern, letter_case_);
}

bool PathPattern::matches(std::string_view path, std::size_t first) const {
  return match_from(split(path), 0, first);
}

bool PathPattern::match_from(const std::vector<std::string_view>& names, std::size_t name,
                             std::size_t component) const {
  for (; component < components_.size(); ++component, ++name) {
    if (components_[component] == "**") {
      for (; name <= names.size(); ++name) {
        if (match_from(names, name, component + 1)) return true;
        const bool hidden = name < names.size() && names[name].starts_with('.');
        if (hidden && dot_files_ == DotFiles::kSkip) return false;
      }
      return false;
    }
    if (name == names.size() || !matches_name(names[name], component)) return false;
  }
  return name == names.size();
}

std::vector<std::string> expand_braces(std::string_view pattern) {
  const auto open = pattern.find('{');
  if (open == std::string_view::npos) return {std::string{pattern}};
  std::vector<std::string_view> choices;
  std::size_t depth = 0;
  std::size_t start = open + 1;
  std::size_t close = std::string_view::npos;
  for (std::size_t at = open; at < pattern.size() && close == std::string_view::npos; ++at) {
    if (pattern[at] == '{') ++depth;
    const bool ends = pattern[at] == '}' && --depth == 0;
    if (ends || (pattern[at] == ',' && depth == 1)) {
      choices.push_back(pattern.substr(start, at - start));
      start = at + 1;
    }
    if (ends) close = at;
  }
  if (close == std::string_view::npos) return {std::string{pattern}};
  std::vector<std::string> expanded;
  for (const auto choice : choices) {
    for (const auto& middle : expand_braces(choice)) {
      for (const auto& tail : expand_braces(pattern.substr(close + 1))) {
        expanded.push_back(std::string{pattern.substr(0, open)}.append(middle).append(tail));
      }
    }
  }
  return expanded;
}

}  // namespace sandport

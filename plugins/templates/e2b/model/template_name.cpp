#include "template_name.hpp"

#include <algorithm>

#include "in_quotes.hpp"

namespace e2b_template {
namespace {

constexpr std::size_t kLongestName = 128;

bool is_lower_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : !is_hex(text[i])) return false;
  }
  return true;
}

std::optional<std::string> part_problem(std::string_view part, const char* what) {
  if (part.empty()) return std::string("the ") + what + " is empty";
  if (std::all_of(part.begin(), part.end(), is_lower_word)) return std::nullopt;
  std::string advice;
  for (const char c : part) {
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
    advice += is_lower_word(lower) ? lower : '-';
  }
  return std::string("the ") + what + ' ' + in_quotes(part) +
         " may have a-z, 0-9, - and _ only, such as " + in_quotes(advice);
}

}  // namespace

std::optional<std::string> tag_problem(std::string_view tag) {
  const auto allowed = [](char c) { return is_lower_word(c) || c == '.'; };
  if (tag.empty()) return "a tag is empty";
  if (!std::all_of(tag.begin(), tag.end(), allowed)) {
    return "the tag " + in_quotes(tag) + " may have a-z, 0-9, -, _ and . only";
  }
  if (is_uuid(tag)) return "the tag " + in_quotes(tag) + " looks like a build's id; choose another";
  return std::nullopt;
}

std::optional<std::string> name_problem(std::string_view name) {
  if (name.size() > kLongestName) {
    return "a name has at most " + std::to_string(kLongestName) + " characters";
  }
  const NameParts parts = split_name(name);
  if (name.find(':') != std::string_view::npos) {
    if (auto problem = tag_problem(parts.tag)) return problem;
  }
  const std::string_view path = parts.path;
  const auto slash = path.find('/');
  if (slash == std::string_view::npos) return part_problem(path, "name");
  if (auto problem = part_problem(path.substr(0, slash), "namespace")) return problem;
  return part_problem(path.substr(slash + 1), "name");
}

NameParts split_name(std::string_view name) {
  const auto colon = name.find(':');
  if (colon == std::string_view::npos) return {std::string(name), {}};
  return {std::string(name.substr(0, colon)), std::string(name.substr(colon + 1))};
}

}  // namespace e2b_template

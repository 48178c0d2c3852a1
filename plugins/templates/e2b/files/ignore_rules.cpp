#include "ignore_rules.hpp"

#include <algorithm>
#include <filesystem>

namespace e2b_template {
namespace {

std::string_view trim_blanks(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n\v\f";
  const auto start = text.find_first_not_of(kBlanks);
  if (start == std::string_view::npos) return {};
  return text.substr(start, text.find_last_not_of(kBlanks) - start + 1);
}

}  // namespace

void IgnoreRules::add_file(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    if (!line.starts_with('#')) add(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

void IgnoreRules::add(std::string_view rule) {
  rule = trim_blanks(rule);
  const bool exception = rule.starts_with('!');
  if (exception) rule = trim_blanks(rule.substr(1));
  if (rule.empty()) return;
  std::string pattern = std::filesystem::path(rule).lexically_normal().string();
  while (pattern.size() > 1 && pattern.ends_with('/')) pattern.pop_back();
  while (pattern.starts_with('/')) pattern.erase(0, 1);
  if (pattern.empty() || pattern == ".") return;  // the context itself cannot be left out
  rules_.push_back({Wildcard{pattern}, exception});
  has_exceptions_ = has_exceptions_ || exception;
}

IgnoreRules::Met IgnoreRules::meet(std::string_view path, const Met& folder) const {
  Met met = folder;
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    if (!met[i]) met[i] = rules_[i].wildcard.matches(path);
  }
  return met;
}

bool IgnoreRules::ignores(const Met& met) const {
  for (std::size_t i = rules_.size(); i-- > 0;) {
    if (met[i]) return !rules_[i].exception;
  }
  return false;
}

}  // namespace e2b_template

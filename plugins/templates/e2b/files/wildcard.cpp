#include "wildcard.hpp"

#include <algorithm>

namespace e2b_template {
namespace {

constexpr std::size_t kMostAlternatives = 1000;

std::size_t index(char c) { return static_cast<unsigned char>(c); }

}  // namespace

bool Wildcard::is_pattern(std::string_view text) {
  return text.find_first_of("*?[\\") != std::string_view::npos;
}

// [abc], [a-z], [^a]: returns the position behind it; an unfinished one is a plain bracket.
std::size_t Wildcard::read_set(std::string_view pattern, std::size_t at) {
  Token token{Kind::kSet, {}};
  std::size_t i = at + 1;
  const bool negated = i < pattern.size() && (pattern[i] == '^' || pattern[i] == '!');
  if (negated) ++i;
  const std::size_t first = i;
  while (i < pattern.size() && (pattern[i] != ']' || i == first)) {
    if (pattern[i] == '\\' && i + 1 < pattern.size()) ++i;
    const std::size_t low = index(pattern[i]);
    std::size_t high = low;
    if (i + 2 < pattern.size() && pattern[i + 1] == '-' && pattern[i + 2] != ']') {
      high = index(pattern[i + 2]);
      i += 2;
    }
    for (std::size_t c = low; c <= high; ++c) token.set.set(c);
    ++i;
  }
  if (i >= pattern.size()) {
    token = {Kind::kOne, {}};
    token.set.set(index('['));
    tokens_.push_back(token);
    return at + 1;
  }
  if (negated) token.set.flip();
  token.set.reset(index('/'));
  tokens_.push_back(token);
  return i + 1;
}

Wildcard::Wildcard(std::string_view pattern) {
  for (std::size_t i = 0; i < pattern.size();) {
    const char c = pattern[i];
    if (pattern.substr(i).starts_with("**")) {
      const bool folders = i + 2 < pattern.size() && pattern[i + 2] == '/';
      tokens_.push_back({folders ? Kind::kFolders : Kind::kDeepStar, {}});
      i += folders ? 3 : 2;
    } else if (c == '*') {
      tokens_.push_back({Kind::kStar, {}});
      ++i;
    } else if (c == '[') {
      i = read_set(pattern, i);
    } else {
      Token token{Kind::kOne, {}};
      if (c == '?') {
        token.set.set();
        token.set.reset(index('/'));
      } else {
        if (c == '\\' && i + 1 < pattern.size()) ++i;
        token.set.set(index(pattern[i]));
      }
      tokens_.push_back(token);
      ++i;
    }
  }
}

// A star may take nothing.
void Wildcard::close(std::vector<bool>& states) const {
  for (std::size_t i = 0; i < tokens_.size(); ++i) {
    const Kind kind = tokens_[i].kind;
    if (states[i] && kind != Kind::kOne && kind != Kind::kSet) states[i + 1] = true;
  }
}

bool Wildcard::matches(std::string_view path) const {
  std::vector<bool> states(tokens_.size() + 1, false);
  // In front of "**/": only at the start of a folder's name may what follows begin.
  std::vector<bool> inside(tokens_.size() + 1, false);
  states[0] = true;
  close(states);
  std::vector<bool> next(states.size());
  std::vector<bool> next_inside(states.size());
  for (const char c : path) {
    std::fill(next.begin(), next.end(), false);
    std::fill(next_inside.begin(), next_inside.end(), false);
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      const Token& token = tokens_[i];
      if (token.kind == Kind::kFolders) {
        if (!states[i] && !inside[i]) continue;
        if (c == '/') {
          next[i] = true;
        } else {
          next_inside[i] = true;
        }
      } else if (states[i]) {
        if (token.kind == Kind::kDeepStar || (token.kind == Kind::kStar && c != '/')) {
          next[i] = true;
        } else if (token.kind != Kind::kStar && token.set.test(index(c))) {
          next[i + 1] = true;
        }
      }
    }
    close(next);
    states.swap(next);
    inside.swap(next_inside);
  }
  return states.back();
}

std::vector<std::string> expand_braces(const std::string& pattern) {
  std::vector<std::string> results;
  std::vector<std::string> open{pattern};
  while (!open.empty() && results.size() + open.size() < kMostAlternatives) {
    const std::string text = std::move(open.back());
    open.pop_back();
    const auto start = text.rfind('{');
    const auto end = start == std::string::npos ? start : text.find('}', start);
    if (end == std::string::npos || text.find(',', start) > end) {
      results.push_back(text);
      continue;
    }
    std::string_view inside = std::string_view(text).substr(start + 1, end - start - 1);
    while (true) {
      const auto comma = std::min(inside.find(','), inside.size());
      open.push_back(text.substr(0, start) + std::string(inside.substr(0, comma)) +
                     text.substr(end + 1));
      if (comma == inside.size()) break;
      inside.remove_prefix(comma + 1);
    }
  }
  std::sort(results.begin(), results.end());
  return results;
}

}  // namespace e2b_template

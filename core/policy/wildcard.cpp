#include "core/policy/wildcard.hpp"

#include <algorithm>

namespace sandport {

Wildcard::Wildcard(std::string_view pattern, Style style) {
  const bool path = style == Style::kPath;
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    const char character = pattern[at];
    if (character == '\\' && at + 1 < pattern.size()) {
      tokens_.push_back({Kind::kLiteral, pattern[++at]});
    } else if (path && pattern.substr(at).starts_with("**/")) {
      // Either nothing, or a run that ends in a slash.
      tokens_.push_back({Kind::kMaybeDirectories});
      tokens_.push_back({Kind::kRun});
      tokens_.push_back({Kind::kLiteral, '/'});
      at += 2;
    } else if (path && pattern.substr(at).starts_with("**")) {
      tokens_.push_back({Kind::kRun});
      ++at;
    } else if (character == '*') {
      tokens_.push_back({path ? Kind::kSegmentRun : Kind::kRun});
    } else if (character == '?') {
      tokens_.push_back({path ? Kind::kSegmentCharacter : Kind::kCharacter});
    } else {
      tokens_.push_back({Kind::kLiteral, character});
    }
  }
}

bool Wildcard::covers(std::string_view subject) const { return match(subject, Unknown::kAll); }

bool Wildcard::may_match(std::string_view subject) const { return match(subject, Unknown::kSome); }

// states[i]: the first i tokens may have matched what was read.
bool Wildcard::match(std::string_view subject, Unknown unknown) const {
  States states(tokens_.size() + 1, 0);
  states[0] = 1;
  close(states);
  for (const char character : subject) {
    states = character == kUnknownText ? after_unknown(states, unknown) : after(states, character);
    close(states);
  }
  return states.back() != 0;
}

// Tokens that may match nothing.
void Wildcard::close(States& states) const {
  for (std::size_t index = 0; index < tokens_.size(); ++index) {
    if (states[index] == 0) {
      continue;
    }
    const Kind kind = tokens_[index].kind;
    if (kind == Kind::kRun || kind == Kind::kSegmentRun) {
      states[index + 1] = 1;
    } else if (kind == Kind::kMaybeDirectories) {
      states[index + 1] = 1;
      states[index + 3] = 1;
    }
  }
}

Wildcard::States Wildcard::after(const States& states, char character) const {
  States next(states.size(), 0);
  for (std::size_t index = 0; index < tokens_.size(); ++index) {
    if (states[index] == 0) {
      continue;
    }
    const Token& token = tokens_[index];
    switch (token.kind) {
      case Kind::kLiteral:
        next[index + 1] |= static_cast<char>(token.literal == character);
        break;
      case Kind::kCharacter:
        next[index + 1] = 1;
        break;
      case Kind::kSegmentCharacter:
        next[index + 1] |= static_cast<char>(character != '/');
        break;
      case Kind::kRun:
        next[index] = 1;
        break;
      case Kind::kSegmentRun:
        next[index] |= static_cast<char>(character != '/');
        break;
      case Kind::kMaybeDirectories:
        break;
    }
  }
  return next;
}

Wildcard::States Wildcard::after_unknown(const States& states, Unknown unknown) const {
  States next(states.size(), 0);
  if (unknown == Unknown::kSome) {
    // Some text takes the match to any later place.
    const auto first = std::find(states.begin(), states.end(), 1);
    std::fill(next.begin() + (first - states.begin()), next.end(), 1);
    return next;
  }
  for (std::size_t index = 0; index < tokens_.size(); ++index) {
    // Only an unbounded run takes every text.
    next[index] = static_cast<char>(states[index] != 0 && tokens_[index].kind == Kind::kRun);
  }
  return next;
}

}  // namespace sandport

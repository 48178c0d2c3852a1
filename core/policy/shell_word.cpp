#include <algorithm>
#include <cctype>

#include "core/policy/shell_parser.hpp"
#include "core/policy/wildcard.hpp"

namespace sandport {

bool is_shell_metacharacter(char character) {
  return std::string_view(" \t\n;&|()<>").find(character) != std::string_view::npos;
}

ShellWord ShellParser::parse_word() {
  const std::size_t begin = at_;
  std::size_t brace = std::string_view::npos;
  std::size_t bracket = std::string_view::npos;
  ShellWord word;
  while (!at_end() && !is_shell_metacharacter(peek())) {
    switch (peek()) {
      case '\\':
        parse_escape(word);
        break;
      case '\'':
        parse_single_quoted(word);
        break;
      case '"':
        parse_double_quoted(word);
        break;
      case '`':
        parse_backquoted(Quotes::kNone);
        word.text.push_back(kUnknownText);
        word.splits = true;
        break;
      case '$':
        parse_dollar(word, Quotes::kNone);
        break;
      case '*':
      case '?':
        ++at_;
        word.text.push_back(kUnknownText);
        word.splits = true;
        break;
      case '{':
        brace = std::min(brace, at_);
        word.text.push_back(text_[at_++]);
        break;
      case '[':
        bracket = std::min(bracket, at_);
        [[fallthrough]];
      default:
        word.text.push_back(text_[at_++]);
    }
  }
  if (at_ == begin) {
    doubt("a word is missing");
  }
  const std::string_view source = text_.substr(0, at_);
  const auto has = [source](std::string_view wanted, std::size_t from) {
    return from != std::string_view::npos && source.find(wanted, from) != std::string_view::npos;
  };
  if (has(",", brace) || has("..", brace) || has("]", bracket)) {
    // {a,b} and [a-z] make words of their own; what they are is not worked out here.
    word.text = std::string(1, kUnknownText);
    word.splits = true;
  }
  return word;
}

void ShellParser::parse_escape(ShellWord& word) {
  const bool inside = at_ > 0 && !is_shell_metacharacter(text_[at_ - 1]);
  ++at_;
  if (peek() == '\n') {
    ++at_;
    // A reserved word or an assignment could hide in the two halves.
    if (inside && !at_end() && !is_shell_metacharacter(peek())) {
      doubt("a word is broken over two lines");
    }
    return;
  }
  word.quoted = true;
  word.text.push_back(at_end() ? '\\' : text_[at_++]);
}

void ShellParser::parse_single_quoted(ShellWord& word) {
  const std::size_t end = text_.find('\'', at_ + 1);
  if (end == std::string_view::npos) {
    doubt("a quote is not closed");
  }
  word.quoted = true;
  word.text += text_.substr(at_ + 1, end - at_ - 1);
  at_ = end + 1;
}

void ShellParser::parse_double_quoted(ShellWord& word) {
  const Nested nested(*this);
  word.quoted = true;
  ++at_;
  while (peek() != '"') {
    if (at_end()) {
      doubt("a quote is not closed");
    }
    if (peek() == '$') {
      parse_dollar(word, Quotes::kDouble);
    } else if (peek() == '`') {
      parse_backquoted(Quotes::kDouble);
      word.text.push_back(kUnknownText);
    } else if (starts_with("\\\n")) {
      at_ += 2;
    } else {
      if (peek() == '\\' && std::string_view("$`\"\\").find(peek(1)) != std::string_view::npos) {
        ++at_;
      }
      word.text.push_back(peek());
      ++at_;
    }
  }
  ++at_;
}

void ShellParser::parse_expansions() {
  ShellWord ignored;
  while (!at_end()) {
    if (peek() == '$') {
      parse_dollar(ignored, Quotes::kDouble);
    } else if (peek() == '`') {
      parse_backquoted(Quotes::kDouble);
    } else {
      at_ += peek() == '\\' ? 2 : 1;
    }
  }
}

void ShellParser::parse_dollar(ShellWord& word, Quotes quotes) {
  const Nested nested(*this);
  ++at_;
  const char next = peek();
  if (starts_with("\\\n")) {
    doubt("an expansion is broken over two lines");
  }
  if (quotes == Quotes::kNone && next == '\'') {
    parse_ansi_quoted(word);
    return;
  }
  if (quotes == Quotes::kNone && next == '"') {
    parse_double_quoted(word);
    return;
  }
  if (starts_with("((")) {
    parse_arithmetic();
  } else if (next == '(') {
    ++at_;
    parse_substitution();
  } else if (next == '{') {
    parse_parameter();
  } else if (next == '[') {
    doubt("an old-style arithmetic expansion cannot be checked");
  } else if (std::isalpha(static_cast<unsigned char>(next)) != 0 || next == '_') {
    while (std::isalnum(static_cast<unsigned char>(peek())) != 0 || peek() == '_') {
      ++at_;
    }
  } else if (!at_end() &&
             std::string_view("@*#?-$!0123456789").find(next) != std::string_view::npos) {
    ++at_;
  } else {
    word.text.push_back('$');
    return;
  }
  word.text.push_back(kUnknownText);
  word.splits = word.splits || quotes == Quotes::kNone;
}

// $'…', whose escapes can spell any text.
void ShellParser::parse_ansi_quoted(ShellWord& word) {
  word.quoted = true;
  for (++at_; peek() != '\''; ++at_) {
    if (at_end()) {
      doubt("a quote is not closed");
    }
    if (peek() == '\\') {
      ++at_;
      if (peek() == '\'') {
        doubt("an escaped quote in $'' is read differently by different shells");
      }
      word.text.push_back(kUnknownText);
    } else {
      word.text.push_back(peek());
    }
  }
  ++at_;
}

void ShellParser::parse_parameter() {
  ShellWord ignored;
  for (++at_; peek() != '}';) {
    if (at_end() || peek() == '\'' || peek() == '(' || starts_with("@P")) {
      doubt("a parameter expansion cannot be checked");
    }
    if (peek() == '$') {
      parse_dollar(ignored, Quotes::kDouble);
    } else if (peek() == '`') {
      parse_backquoted(Quotes::kDouble);
    } else if (peek() == '"') {
      parse_double_quoted(ignored);
    } else {
      at_ += peek() == '\\' ? 2 : 1;
    }
  }
  ++at_;
}

void ShellParser::parse_arithmetic() {
  ShellWord ignored;
  int open = 2;
  for (at_ += 2; open > 0;) {
    const char character = peek();
    if (at_end() || character == '\'' || character == '"' || character == '\\') {
      doubt("an arithmetic expansion cannot be checked");
    }
    if (character == '$') {
      parse_dollar(ignored, Quotes::kDouble);
      continue;
    }
    if (character == '`') {
      parse_backquoted(Quotes::kDouble);
      continue;
    }
    ++at_;
    open += character == '(' ? 1 : character == ')' ? -1 : 0;
    if (character == ')' && open == 1 && peek() != ')') {
      doubt("an arithmetic expansion cannot be told from a command substitution");
    }
  }
}

void ShellParser::parse_backquoted(Quotes quotes) {
  const Nested nested(*this);
  const std::string_view escaped = quotes == Quotes::kDouble ? "$`\\\"" : "$`\\";
  std::string inner;
  for (++at_; peek() != '`'; ++at_) {
    if (at_end()) {
      doubt("a backquote is not closed");
    }
    if (peek() == '\\' && at_ + 1 < text_.size() &&
        escaped.find(peek(1)) != std::string_view::npos) {
      ++at_;
    }
    inner.push_back(peek());
  }
  ++at_;
  ShellParser(inner, depth_, commands_).parse_all();
}

void ShellParser::parse_substitution() {
  if (!waiting_.empty()) {
    doubt("a command substitution before a here-document's body cannot be checked");
  }
  parse_list();
  if (!waiting_.empty()) {
    doubt("a here-document has no end");
  }
  expect(')', "a parenthesis is not closed");
}

}  // namespace sandport

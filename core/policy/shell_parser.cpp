#include "core/policy/shell_parser.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "core/policy/wildcard.hpp"

namespace sandport {
namespace {

constexpr int kMaximumDepth = 64;
constexpr std::size_t kMaximumText = 256UL * 1024;

bool is_name(std::string_view text) {
  return !text.empty() && std::isdigit(static_cast<unsigned char>(text[0])) == 0 &&
         std::all_of(text.begin(), text.end(), [](unsigned char character) {
           return std::isalnum(character) != 0 || character == '_';
         });
}

// NAME=value or NAME+=value, with nothing quoted or expanded before the sign.
bool is_assignment(std::string_view source) {
  std::size_t sign = source.find('=');
  if (sign == std::string_view::npos) {
    return false;
  }
  if (sign > 0 && source[sign - 1] == '+') {
    --sign;
  }
  return is_name(source.substr(0, sign));
}

}  // namespace

ShellSplit split_shell(std::string_view text) {
  ShellSplit split;
  try {
    if (text.size() > kMaximumText) {
      throw ShellDoubt{"the command is too long to check"};
    }
    if (text.find('\0') != std::string_view::npos) {
      throw ShellDoubt{"the command contains a zero byte"};
    }
    ShellParser(text, 0, split.commands).parse_all();
    if (split.commands.empty()) {
      throw ShellDoubt{"there is no command in it"};
    }
  } catch (ShellDoubt& doubt) {
    split.doubt = std::move(doubt.why);
  }
  return split;
}

ShellParser::Nested::Nested(ShellParser& parser) : parser_(parser) {
  if (++parser_.depth_ > kMaximumDepth) {
    --parser_.depth_;
    doubt("it is nested too deeply to check");
  }
}

void ShellParser::doubt(std::string why) { throw ShellDoubt{std::move(why)}; }

void ShellParser::parse_all() {
  parse_list();
  if (!at_end()) {
    doubt("it is not well formed");
  }
  if (!waiting_.empty()) {
    doubt("a here-document has no end");
  }
}

bool ShellParser::take(std::string_view prefix) {
  if (!starts_with(prefix)) {
    return false;
  }
  at_ += prefix.size();
  return true;
}

void ShellParser::skip_blanks() {
  for (;;) {
    if (peek() == ' ' || peek() == '\t') {
      ++at_;
    } else if (starts_with("\\\n")) {
      at_ += 2;
    } else if (peek() == '#') {
      at_ = std::min(text_.find('\n', at_), text_.size());
    } else {
      return;
    }
  }
}

void ShellParser::skip_newlines() {
  for (skip_blanks(); peek() == '\n'; skip_blanks()) {
    ++at_;
    read_here_documents();
  }
}

std::string_view ShellParser::keyword() const {
  std::size_t end = at_;
  while (end < text_.size() && (std::isalpha(static_cast<unsigned char>(text_[end])) != 0 ||
                                text_[end] == '{' || text_[end] == '}' || text_[end] == '!')) {
    ++end;
  }
  if (end < text_.size() && !is_shell_metacharacter(text_[end])) {
    if (text_.substr(end).starts_with("\\\n")) {
      doubt("a word is broken over two lines");
    }
    return {};
  }
  return text_.substr(at_, end - at_);
}

void ShellParser::expect_keyword(std::string_view word) {
  skip_newlines();
  if (keyword() != word) {
    doubt("\"" + std::string(word) + "\" is missing");
  }
  at_ += word.size();
}

void ShellParser::expect(char character, const char* what) {
  if (peek() != character) {
    doubt(what);
  }
  ++at_;
}

bool ShellParser::at_list_end() {
  if (at_end() || peek() == ')' || starts_with(";;") || starts_with(";&")) {
    return true;
  }
  constexpr std::array<std::string_view, 8> kClosing = {"then", "else", "elif", "fi",
                                                        "do",   "done", "esac", "}"};
  const std::string_view word = keyword();
  return std::find(kClosing.begin(), kClosing.end(), word) != kClosing.end();
}

void ShellParser::parse_list() {
  const Nested nested(*this);
  bool needs_command = false;
  for (;;) {
    skip_newlines();
    if (at_list_end()) {
      if (needs_command) {
        doubt("a command is missing");
      }
      return;
    }
    parse_command();
    skip_blanks();
    needs_command = take("&&") || take("||") || take("|&") || take("|");
    if (needs_command || peek() == '\n' || starts_with(";;") || starts_with(";&")) {
      continue;
    }
    if (!take(";") && !take("&") && !at_list_end()) {
      doubt("it is not well formed");
    }
  }
}

void ShellParser::parse_command() {
  const Nested nested(*this);
  while (keyword() == "!") {
    ++at_;
    skip_blanks();
  }
  if (starts_with("((")) {
    doubt("an arithmetic command cannot be checked");
  }
  if (peek() == '(') {
    ++at_;
    parse_substitution();
    parse_group_redirections();
    return;
  }
  if (parse_compound(keyword())) {
    return;
  }
  parse_simple_command();
}

bool ShellParser::parse_compound(std::string_view word) {
  const auto body = [&](void (ShellParser::*parse)()) {
    at_ += word.size();
    (this->*parse)();
    parse_group_redirections();
    return true;
  };
  if (word == "{") {
    ++at_;
    parse_list();
    expect_keyword("}");
    parse_group_redirections();
    return true;
  }
  if (word == "if") {
    return body(&ShellParser::parse_if);
  }
  if (word == "while" || word == "until") {
    return body(&ShellParser::parse_loop);
  }
  if (word == "for" || word == "select") {
    return body(&ShellParser::parse_for);
  }
  if (word == "case") {
    return body(&ShellParser::parse_case);
  }
  if (word == "function") {
    return body(&ShellParser::parse_function_body);
  }
  if (word == "coproc") {
    doubt("a coprocess cannot be checked");
  }
  return false;
}

void ShellParser::parse_if() {
  for (;;) {
    parse_list();
    expect_keyword("then");
    parse_list();
    skip_newlines();
    if (keyword() != "elif") {
      break;
    }
    at_ += 4;
  }
  if (keyword() == "else") {
    at_ += 4;
    parse_list();
  }
  expect_keyword("fi");
}

void ShellParser::parse_loop() {
  parse_list();
  expect_keyword("do");
  parse_list();
  expect_keyword("done");
}

void ShellParser::parse_for() {
  skip_blanks();
  if (!is_name(parse_word().text)) {
    doubt("a for loop without a name cannot be checked");
  }
  skip_newlines();
  if (keyword() == "in") {
    at_ += 2;
    for (skip_blanks(); !is_shell_metacharacter(peek()) && !at_end(); skip_blanks()) {
      (void)parse_word();
    }
  }
  skip_blanks();
  take(";");
  expect_keyword("do");
  parse_list();
  expect_keyword("done");
}

void ShellParser::parse_case() {
  skip_blanks();
  (void)parse_word();
  expect_keyword("in");
  for (skip_newlines(); keyword() != "esac"; skip_newlines()) {
    take("(");
    do {
      skip_blanks();
      (void)parse_word();
      skip_blanks();
    } while (take("|"));
    expect(')', "a case pattern is not well formed");
    parse_list();
    skip_newlines();
    if (!take(";;&") && !take(";;") && !take(";&") && keyword() != "esac") {
      doubt("a case is not well formed");
    }
  }
  expect_keyword("esac");
}

void ShellParser::parse_function_body() {
  skip_blanks();
  (void)parse_word();
  skip_blanks();
  if (take("(")) {
    skip_blanks();
    expect(')', "a function is not well formed");
  }
  skip_newlines();
  parse_command();
}

// What a group writes to is kept as a command without words.
void ShellParser::parse_group_redirections() {
  SimpleCommand group;
  skip_blanks();
  while (parse_redirection(group)) {
    skip_blanks();
  }
  if (!group.writes.empty()) {
    commands_.push_back(std::move(group));
  }
}

void ShellParser::parse_simple_command() {
  SimpleCommand command;
  const std::size_t begin = at_;
  for (skip_blanks();; skip_blanks()) {
    if (parse_redirection(command)) {
      continue;
    }
    if (at_end() || is_shell_metacharacter(peek())) {
      break;
    }
    const std::size_t start = at_;
    ShellWord word = parse_word();
    if (command.words.empty() && is_assignment(text_.substr(start, at_ - start))) {
      command.assignments.push_back(std::move(word.text));
    } else {
      command.words.push_back(std::move(word));
    }
  }
  if (at_ == begin) {
    doubt("a command is missing");
  }
  if (peek() == '(' && !parse_function_definition(command)) {
    doubt("a parenthesis is out of place");
  }
  commands_.push_back(std::move(command));
}

// Keeps the name as a command as well: `name () …` is one in no shell, so nothing is lost.
bool ShellParser::parse_function_definition(const SimpleCommand& command) {
  if (command.words.size() != 1 || !command.assignments.empty()) {
    return false;
  }
  ++at_;
  skip_blanks();
  if (!take(")")) {
    return false;
  }
  skip_newlines();
  parse_command();
  return true;
}

}  // namespace sandport

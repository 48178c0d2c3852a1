// The recursive-descent reader behind split_shell().
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/policy/shell_split.hpp"

namespace sandport {

// Thrown within the parser only.
struct ShellDoubt {
  std::string why;
};

class ShellParser {
 public:
  // Appends to `commands`. `depth` counts the constructs around the text.
  ShellParser(std::string_view text, int depth, std::vector<SimpleCommand>& commands)
      : text_(text), depth_(depth), commands_(commands) {}

  void parse_all();         // the whole text as a list of commands
  void parse_expansions();  // the whole text as the body of a here-document

 private:
  enum class Quotes { kNone, kDouble };
  struct HereDocument {
    std::string delimiter;
    bool quoted = false;
    bool strip_tabs = false;
  };
  class Nested {
   public:
    explicit Nested(ShellParser& parser);
    ~Nested() { --parser_.depth_; }
    Nested(const Nested&) = delete;
    Nested& operator=(const Nested&) = delete;

   private:
    ShellParser& parser_;
  };

  // shell_parser.cpp: commands
  void parse_list();
  void parse_command();
  bool parse_compound(std::string_view keyword);
  void parse_if();
  void parse_loop();
  void parse_for();
  void parse_case();
  void parse_function_body();
  void parse_group_redirections();
  void parse_simple_command();
  bool parse_function_definition(const SimpleCommand& command);
  bool at_list_end();
  [[nodiscard]] std::string_view keyword() const;
  void expect_keyword(std::string_view word);
  void expect(char character, const char* what);

  // shell_redirection.cpp
  bool parse_redirection(SimpleCommand& command);
  void parse_here_document_start();
  void read_here_documents();
  void add_write(SimpleCommand& command);

  // shell_word.cpp: words
  ShellWord parse_word();
  void parse_double_quoted(ShellWord& word);
  void parse_single_quoted(ShellWord& word);
  void parse_escape(ShellWord& word);
  void parse_dollar(ShellWord& word, Quotes quotes);
  void parse_ansi_quoted(ShellWord& word);
  void parse_parameter();
  void parse_arithmetic();
  void parse_backquoted(Quotes quotes);
  void parse_substitution();  // after the opening parenthesis

  [[nodiscard]] bool at_end() const { return at_ >= text_.size(); }
  [[nodiscard]] char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  [[nodiscard]] bool starts_with(std::string_view prefix) const {
    return text_.substr(at_).starts_with(prefix);
  }
  bool take(std::string_view prefix);
  void skip_blanks();    // and comments
  void skip_newlines();  // and blanks, reading the here-documents that wait
  [[noreturn]] static void doubt(std::string why);

  std::string_view text_;
  std::size_t at_ = 0;
  int depth_;
  std::vector<SimpleCommand>& commands_;
  std::vector<HereDocument> waiting_;
};

// Space, newline or one of the operator characters: what ends a word.
[[nodiscard]] bool is_shell_metacharacter(char character);

}  // namespace sandport

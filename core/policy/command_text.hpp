// The texts of a simple command that a pattern is matched against.
#pragma once

#include <string>
#include <string_view>

#include "core/policy/shell_split.hpp"

namespace sandport {

// `/usr/bin/git` is `git`.
[[nodiscard]] std::string_view base_name(std::string_view path);

struct CommandText {
  std::string plain;    // the words, one space between
  std::string quoted;   // the same, but a word that is not plain is quoted: no word looks like two
  std::string loose;    // the same, but a word that may become several or none has no borders
  std::string named;    // as plain, with the base name of the command
  std::string trusted;  // as quoted, with the base name if the command is in a system directory
  std::string shown;    // for a person
};

[[nodiscard]] CommandText command_text(const SimpleCommand& command);

// Whether a variable set for the command can change what runs, so that its words say little.
[[nodiscard]] bool changes_what_runs(std::string_view assignment);

// Quotes as in CommandText::quoted, so that a rule may be written as in a shell: words in quotes
// lose them, and get back those that they need. `*` and `?` in them stand for themselves.
[[nodiscard]] std::string normal_command_pattern(std::string_view pattern);

}  // namespace sandport

// Splits a shell command line into the simple commands that it would run.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sandport {

struct ShellWord {
  std::string text;     // quotes removed; kUnknownText where something would be expanded
  bool quoted = false;  // some of it was quoted, so it is no reserved word
  bool splits = false;  // an unquoted expansion: it may become several words, or none
};

struct SimpleCommand {
  std::vector<std::string> assignments;  // NAME=value before the command, as text
  std::vector<ShellWord> words;          // the command and its arguments
  std::vector<ShellWord> writes;         // files that redirections write to
};

struct ShellSplit {
  // In the order of the text, those of substitutions, functions and branches not taken included.
  std::vector<SimpleCommand> commands;
  // Why the list may be incomplete: the text is not understood well enough. Says what, for a
  // person.
  std::optional<std::string> doubt;
};

// Reads `text` as both a POSIX shell and bash would; what they read differently, or what could hide
// a command, is doubt. Never throws for bad input; takes time in proportion to its length.
[[nodiscard]] ShellSplit split_shell(std::string_view text);

}  // namespace sandport

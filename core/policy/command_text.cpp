#include "core/policy/command_text.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "core/policy/wildcard.hpp"

namespace sandport {
namespace {

bool is_plain(std::string_view word) {
  return !word.empty() && std::none_of(word.begin(), word.end(), [](char character) {
    return std::isspace(static_cast<unsigned char>(character)) != 0 || character == '\'' ||
           character == '"' || character == '\\';
  });
}

std::string quote(std::string_view word) {
  return is_plain(word) ? std::string(word) : "'" + std::string(word) + "'";
}

bool in_system_directory(std::string_view path) {
  constexpr std::array<std::string_view, 6> kDirectories = {
      "/bin/", "/sbin/", "/usr/bin/", "/usr/sbin/", "/usr/local/bin/", "/usr/local/sbin/"};
  return std::any_of(kDirectories.begin(), kDirectories.end(), [path](std::string_view directory) {
    return path.starts_with(directory) &&
           path.find('/', directory.size()) == std::string_view::npos;
  });
}

void add(std::string& line, std::string_view word) {
  if (!line.empty()) {
    line.push_back(' ');
  }
  line += word;
}

}  // namespace

std::string_view base_name(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos || slash + 1 == path.size() ? path
                                                                     : path.substr(slash + 1);
}

CommandText command_text(const SimpleCommand& command) {
  CommandText text;
  bool open = true;  // no border is due before the next word
  for (const ShellWord& word : command.words) {
    const bool first = text.plain.empty();
    add(text.plain, word.text);
    add(text.quoted, quote(word.text));
    add(text.named, first ? base_name(word.text) : std::string_view(word.text));
    add(text.trusted, first && in_system_directory(word.text) ? std::string(base_name(word.text))
                                                              : quote(word.text));
    const bool borderless = word.splits && word.text.size() == 1;
    if (!open && !borderless) {
      text.loose.push_back(' ');
    }
    text.loose += text.loose.empty() ? base_name(word.text) : std::string_view(word.text);
    open = borderless;
  }
  for (const ShellWord& target : command.writes) {
    const std::string write = "> " + target.text;
    for (std::string* line : {&text.plain, &text.quoted, &text.named, &text.trusted, &text.loose}) {
      add(*line, write);
    }
  }
  text.shown = text.quoted;
  std::replace(text.shown.begin(), text.shown.end(), kUnknownText, '*');
  if (text.shown.empty() && !command.assignments.empty()) {
    text.shown = command.assignments.front();
    std::replace(text.shown.begin(), text.shown.end(), kUnknownText, '*');
  }
  return text;
}

bool changes_what_runs(std::string_view assignment) {
  constexpr std::array<std::string_view, 22> kPrefixes = {
      "PATH=",   "LD_",  "DYLD_", "BASH_", "ENV=",      "IFS=",   "SHELLOPTS", "BASHOPTS",
      "PROMPT_", "PS4=", "GIT_",  "PAGER", "EDITOR",    "VISUAL", "PYTHON",    "NODE_",
      "NPM_",    "npm_", "PERL",  "RUBY",  "JAVA_TOOL", "GCONV_",
  };
  return std::any_of(kPrefixes.begin(), kPrefixes.end(), [assignment](std::string_view prefix) {
    return assignment.starts_with(prefix);
  });
}

std::string normal_command_pattern(std::string_view pattern) {
  std::string normal;
  std::size_t at = 0;
  while (at < pattern.size()) {
    if (pattern[at] == ' ' || pattern[at] == '\t') {
      at = std::min(pattern.find_first_not_of(" \t", at), pattern.size());
      normal.push_back(' ');
      continue;
    }
    std::string word;
    bool quoted = false;
    while (at < pattern.size() && pattern[at] != ' ' && pattern[at] != '\t') {
      const char character = pattern[at++];
      if (character == '\\' && at < pattern.size()) {
        word.push_back('\\');
        word.push_back(pattern[at++]);
        continue;
      }
      const std::size_t end = character == '\'' || character == '"' ? pattern.find(character, at)
                                                                    : std::string_view::npos;
      if (end == std::string_view::npos) {
        word.push_back(character);
        continue;
      }
      quoted = true;
      for (; at < end; ++at) {
        if (pattern[at] == '*' || pattern[at] == '?' || pattern[at] == '\\') {
          word.push_back('\\');
        }
        word.push_back(pattern[at]);
      }
      ++at;
    }
    const bool needs_quotes =
        quoted && (word.empty() || word.find_first_of(" \t\n'\"\\") != std::string::npos);
    normal += needs_quotes ? "'" + word + "'" : word;
  }
  return normal;
}

}  // namespace sandport

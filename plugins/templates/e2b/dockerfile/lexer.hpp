// A Dockerfile's text as instructions: directives, comments, continued lines and heredocs resolved.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "../model/diagnostics.hpp"

namespace e2b_template {

// A Dockerfile of its own, or one inside another file.
struct DockerfileText {
  std::string file;
  std::string text;
  std::uint32_t first_line = 1;  // of `text` in `file`
  std::uint32_t indent = 0;      // characters in front of every line of `text` in `file`
};

struct Heredoc {
  std::string name;
  std::string marker;  // as written, "<<-EOF"
  std::string body;    // every line with its line end
};

struct Instruction {
  std::string keyword;                                     // in capitals
  std::vector<std::pair<std::string, std::string>> flags;  // --name=value, without the dashes
  std::string text;                                        // what follows the flags
  std::vector<Heredoc> heredocs;
  Place place;

  [[nodiscard]] std::optional<std::string> flag(std::string_view name) const;
  // The text as a JSON array of strings; nothing when it is something else.
  [[nodiscard]] std::optional<std::vector<std::string>> exec_form() const;
};

struct Dockerfile {
  char escape = '\\';
  std::vector<Instruction> instructions;
};

[[nodiscard]] Dockerfile lex_dockerfile(const DockerfileText& source, Diagnostics& diagnostics);

}  // namespace e2b_template

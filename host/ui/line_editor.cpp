#include "host/ui/line_editor.hpp"

#include <editline/readline.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <memory>

namespace sandport {
namespace {

constexpr int kHistoryLines = 1000;

}  // namespace

LineEditor::LineEditor(std::filesystem::path history_file)
    : history_file_(std::move(history_file)), interactive_(isatty(STDIN_FILENO) == 1) {
  if (!interactive_) return;
  using_history();
  stifle_history(kHistoryLines);
  read_history(history_file_.c_str());
}

LineEditor::~LineEditor() = default;

std::optional<std::string> LineEditor::read(const char* prompt) {
  if (!interactive_) {
    std::string line;
    if (!std::getline(std::cin, line)) return std::nullopt;
    return line;
  }
  struct Free {
    void operator()(char* text) const { std::free(text); }
  };
  const std::unique_ptr<char, Free> line(readline(prompt));
  if (line == nullptr) return std::nullopt;
  if (*line != '\0') {
    add_history(line.get());
    // At once: a signal may end the process before our end comes.
    const mode_t before = umask(0077);
    write_history(history_file_.c_str());
    umask(before);
  }
  return std::string(line.get());
}

}  // namespace sandport

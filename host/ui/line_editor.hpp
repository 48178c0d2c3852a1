// Reads lines from a person, with editing and a history that is kept.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace sandport {

// One at a time in a process: the library behind it has state of its own. Without a terminal it
// reads plain lines.
class LineEditor {
 public:
  explicit LineEditor(std::filesystem::path history_file);
  ~LineEditor();
  LineEditor(const LineEditor&) = delete;
  LineEditor& operator=(const LineEditor&) = delete;

  // Without its end; nullopt at the end of input.
  [[nodiscard]] std::optional<std::string> read(const char* prompt);

 private:
  std::filesystem::path history_file_;
  bool interactive_;
};

}  // namespace sandport

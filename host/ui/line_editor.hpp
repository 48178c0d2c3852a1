// Reads lines from a person, with editing and a history that is kept.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "host/ui/standard_input.hpp"

namespace sandport {

// One at a time in a process: the library behind it has state of its own. Without a terminal it
// reads plain lines.
class LineEditor {
 public:
  explicit LineEditor(std::filesystem::path history_file);
  ~LineEditor();
  LineEditor(const LineEditor&) = delete;
  LineEditor& operator=(const LineEditor&) = delete;

  // Without its end; nullopt at the end of input, and once input() was stopped. The terminal is
  // then as it was before.
  [[nodiscard]] std::optional<std::string> read(const char* prompt);

  // What it reads from. Its stop() ends a read() that waits.
  [[nodiscard]] const std::shared_ptr<StandardInput>& input() const { return input_; }

 private:
  [[nodiscard]] std::optional<std::string> read_plain();
  [[nodiscard]] std::optional<std::string> read_edited(const char* prompt);

  std::filesystem::path history_file_;
  bool interactive_;
  std::shared_ptr<StandardInput> input_ = std::make_shared<StandardInput>();
  std::string rest_;  // read, but not a line yet
};

}  // namespace sandport

// Finds the notes that our shell programs write between a command's own output.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sandport_e2b {

// A note is 0x1E sandport:KEY:WORD 0x1E. The key is random, so no output is taken for one.
class NoteScanner {
 public:
  explicit NoteScanner(std::string_view key);

  // The output in `bytes` without notes. What may be the beginning of one is held back. Notes that
  // are complete are appended to `notes`.
  [[nodiscard]] std::string feed(std::string_view bytes, std::vector<std::string>* notes);
  // What was held back and turned out to be output.
  [[nodiscard]] std::string finish();

 private:
  std::string start_;
  std::string held_;
};

}  // namespace sandport_e2b

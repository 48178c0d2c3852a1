// Standard input, read so that another thread can end the wait.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

namespace sandport {

// One in a process at a time. What was not read stays for other programs, and the file's state
// (position, flags) is left as it is: a terminal is shared with them.
class StandardInput {
 public:
  // Throws Error kResourceExhausted when no more files can be opened.
  StandardInput();
  ~StandardInput();
  StandardInput(const StandardInput&) = delete;
  StandardInput& operator=(const StandardInput&) = delete;

  // Blocks until there is something, and returns what there is, up to `most` bytes. Empty at the
  // end, after an error, and once stop() was called. One thread at a time; never one of the engine.
  [[nodiscard]] std::string read_some(std::size_t most);

  // Ends a read_some() that waits, and every later one. Any thread.
  void stop();
  [[nodiscard]] bool stopped() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sandport

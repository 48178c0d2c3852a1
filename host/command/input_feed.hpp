// Passes our standard input on to a process in a sandbox.
#pragma once

#include <memory>

#include "core/sandbox/process.hpp"
#include "host/engine/engine.hpp"

namespace sandport {

// Reads from construction on, as fast as the process takes it, and passes on the end. Its
// destructor stops reading, and waits for a write that is under way to be cancelled: never call it
// on a thread of the engine. Reads on a thread of its own, because standard input may be a regular
// file, or a terminal that other programs share and that must stay as it is.
class InputFeed {
 public:
  InputFeed(Strand strand, std::shared_ptr<Process> process);
  ~InputFeed();
  InputFeed(const InputFeed&) = delete;
  InputFeed& operator=(const InputFeed&) = delete;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sandport

// Ctrl-C and its kin: the first asks for an orderly end, the second ends the process.
#pragma once

#include <functional>
#include <memory>

namespace sandport {

class Engine;

// While one of these lives, SIGINT, SIGTERM and SIGHUP are handled on the engine.
class Interrupts {
 public:
  explicit Interrupts(Engine& engine);
  ~Interrupts();
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;

  // What the first signal does from now on; it runs on a thread of the engine. A second signal,
  // with nothing set in between, exits at once with 130.
  void on_interrupt(std::function<void()> action);
  // Nothing is running: a signal ends the process, as without us.
  void clear();
  // Nothing is running, but something that must end in order exists: a signal is kept for the next
  // on_interrupt, which then acts at once. A second one ends the process.
  // False when what on_interrupt had set was taken by a signal.
  bool hold();
  // While holding: as if a signal had come just now.
  void keep();

  // The number of the last signal, 0 when there was none.
  [[nodiscard]] int last_signal() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace sandport

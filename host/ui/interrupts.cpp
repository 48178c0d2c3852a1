#include "host/ui/interrupts.hpp"

#include <unistd.h>

#include <boost/asio/signal_set.hpp>
#include <boost/asio/strand.hpp>
#include <csignal>
#include <mutex>

#include "host/command/exit_code.hpp"
#include "host/engine/engine.hpp"

namespace sandport {

struct Interrupts::State : std::enable_shared_from_this<State> {
  explicit State(Engine& engine) : signals(engine.make_strand(), SIGINT, SIGTERM, SIGHUP) {}

  void wait() {
    signals.async_wait([self = shared_from_this()](boost::system::error_code error, int number) {
      if (error) return;
      self->handle(number);
      self->wait();
    });
  }

  void handle(int number) {
    std::function<void()> todo;
    {
      const std::lock_guard lock(mutex);
      last = number;
      todo = std::exchange(action, {});
      if (!todo && holding) {
        holding = false;
        kept = true;
        return;
      }
    }
    // Children that belong to us notice that we are gone, however we go.
    if (!todo) _exit(static_cast<int>(ExitCode::kInterrupted));
    todo();
  }

  boost::asio::signal_set signals;
  std::mutex mutex;
  std::function<void()> action;
  bool holding = false;
  bool kept = false;
  int last = 0;
};

Interrupts::Interrupts(Engine& engine) : state_(std::make_shared<State>(engine)) { state_->wait(); }

Interrupts::~Interrupts() {
  boost::asio::dispatch(state_->signals.get_executor(),
                        [state = state_] { state->signals.cancel(); });
}

void Interrupts::on_interrupt(std::function<void()> action) {
  {
    const std::lock_guard lock(state_->mutex);
    state_->holding = false;
    if (!action || !std::exchange(state_->kept, false)) {
      state_->action = std::move(action);
      return;
    }
  }
  action();
}

void Interrupts::clear() { on_interrupt({}); }

bool Interrupts::hold() {
  const std::lock_guard lock(state_->mutex);
  state_->holding = true;
  return std::exchange(state_->action, {}) != nullptr;
}

void Interrupts::keep() {
  const std::lock_guard lock(state_->mutex);
  state_->holding = false;
  state_->kept = true;
}

int Interrupts::last_signal() const {
  const std::lock_guard lock(state_->mutex);
  return state_->last;
}

}  // namespace sandport

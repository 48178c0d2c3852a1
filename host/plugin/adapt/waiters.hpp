// Lets coroutines of any executor wait for news that any thread may bring.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "core/task.hpp"

namespace sandport::adapt {

// Take a ticket, look at the state, wait with the ticket: news in between are not missed.
class Waiters {
 public:
  Waiters();
  ~Waiters();
  Waiters(const Waiters&) = delete;
  Waiters& operator=(const Waiters&) = delete;

  [[nodiscard]] std::uint64_t ticket() const;

  // Until a notify() after the ticket. When the waiting coroutine is cancelled, on_cancel decides:
  // true keeps it waiting, false (and an empty function) throws Error kCancelled.
  [[nodiscard]] Task<void> wait(std::uint64_t ticket, std::function<bool()> on_cancel = {});

  // Wakes all; they go on on their own executors, never inside this call.
  void notify();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace sandport::adapt

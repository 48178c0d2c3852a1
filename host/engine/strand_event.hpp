// Lets coroutines of one strand wait until another part of it has news for them.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include "host/engine/engine.hpp"

namespace sandport {

// Has no memory: check the condition, then wait, then check again, all on the strand.
class StrandEvent {
 public:
  explicit StrandEvent(const Strand& strand);

  // Until the next notify(). Throws Error kCancelled when the waiting coroutine is cancelled.
  boost::asio::awaitable<void> wait();

  // Wakes everyone who waits now; they continue later on the strand, never inside this call.
  void notify();

 private:
  boost::asio::steady_timer timer_;
};

}  // namespace sandport

// Lets one coroutine wait until something has happened on its strand, or until a time.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "core/agent/clock.hpp"
#include "core/task.hpp"

namespace sandport {

// Has a memory of one: a notify() with nobody waiting ends the next wait at once. All on one
// strand.
class Wakeup {
 public:
  Wakeup(const boost::asio::any_io_executor& executor, Clock& clock);

  void notify();
  // Until notify() or `deadline`, whichever is first.
  [[nodiscard]] Task<void> wait(Clock::TimePoint deadline);

 private:
  Clock& clock_;
  boost::asio::steady_timer timer_;
  bool notified_ = false;
};

}  // namespace sandport

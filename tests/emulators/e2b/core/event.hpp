// Lets coroutines of one thread wait for news.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <vector>

#include "core/task.hpp"

namespace sandport::e2b_emulator {

// notify() wakes all that wait at that moment; look at the state again after each wait.
class Event {
 public:
  explicit Event(const boost::asio::any_io_executor& executor);

  void notify();
  [[nodiscard]] Task<void> wait();
  // Returns at the deadline too.
  [[nodiscard]] Task<void> wait_until(std::chrono::steady_clock::time_point deadline);

 private:
  boost::asio::any_io_executor executor_;
  std::vector<boost::asio::steady_timer*> waiting_;
};

}  // namespace sandport::e2b_emulator

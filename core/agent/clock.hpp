// The loop's time, which tests turn by hand.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <chrono>

namespace sandport {

// Used by many sessions at once: every member is safe from any thread.
class Clock {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  virtual ~Clock() = default;
  [[nodiscard]] virtual TimePoint now() const = 0;
  // Lets `timer` expire at `when`. The timer stays where it is until disarm().
  virtual void arm(boost::asio::steady_timer& timer, TimePoint when) = 0;
  virtual void disarm(boost::asio::steady_timer& timer) = 0;
};

// The real one, std::chrono::steady_clock.
[[nodiscard]] Clock& steady_clock();

}  // namespace sandport

#include "core/agent/clock.hpp"

namespace sandport {
namespace {

class SteadyClock final : public Clock {
 public:
  [[nodiscard]] TimePoint now() const override { return std::chrono::steady_clock::now(); }
  void arm(boost::asio::steady_timer& timer, TimePoint when) override { timer.expires_at(when); }
  void disarm(boost::asio::steady_timer&) override {}
};

}  // namespace

Clock& steady_clock() {
  static SteadyClock clock;
  return clock;
}

}  // namespace sandport

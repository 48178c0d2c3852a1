// A clock that stands still until a test moves it, and the timers that follow it.
#pragma once

#include <sandport/abi.h>
#include <sandport/testkit/executor.hpp>
#include <sandport/testkit/fake_operation.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace sandport::testkit {

class FakeClock {
 public:
  explicit FakeClock(Executor& executor) : executor_(executor) {
    clock_.table = {kStructSize<sp_clock>, &monotonic_ns, &unix_ns};
    clock_.owner = this;
    timer_.table = {kStructSize<sp_timer>, &start};
    timer_.owner = this;
  }
  FakeClock(const FakeClock&) = delete;
  FakeClock& operator=(const FakeClock&) = delete;

  // Moves time; timers that are due end, in order.
  void advance(std::chrono::nanoseconds by) {
    std::vector<std::shared_ptr<FakeOperation>> due;
    {
      const std::lock_guard lock{mutex_};
      now_ += static_cast<std::uint64_t>(by.count());
      while (!timers_.empty() && timers_.begin()->first <= now_) {
        due.push_back(timers_.begin()->second);
        timers_.erase(timers_.begin());
      }
    }
    for (const auto& timer : due) timer->finish();
  }

  // Timers that run and were not cancelled.
  [[nodiscard]] std::size_t pending() const {
    const std::lock_guard lock{mutex_};
    std::size_t count = 0;
    for (const auto& [at, timer] : timers_) count += timer->cancelled() ? 0u : 1u;
    return count;
  }

  [[nodiscard]] const sp_clock* clock() const noexcept { return &clock_.table; }
  [[nodiscard]] const sp_timer* timer() const noexcept { return &timer_.table; }

 private:
  template <class Table>
  struct Service {
    Table table{};  // first: a pointer to it is one to the service
    FakeClock* owner = nullptr;
  };
  template <class Table>
  static FakeClock& self(const Table* table) noexcept {
    return *reinterpret_cast<const Service<Table>*>(table)->owner;
  }

  static std::uint64_t monotonic_ns(const sp_clock* at) noexcept {
    const std::lock_guard lock{self(at).mutex_};
    return self(at).now_;
  }
  static std::int64_t unix_ns(const sp_clock* at) noexcept {
    return kEpoch + static_cast<std::int64_t>(monotonic_ns(at));
  }
  static sp_code start(const sp_timer* at, std::uint64_t delay, sp_sink* sink, sp_op** out_op,
                       sp_error*) noexcept {
    auto& clock = self(at);
    auto operation = FakeOperation::accept(clock.executor_, sink, out_op);
    if (delay == 0) {
      operation->finish();
      return SP_OK;
    }
    const std::lock_guard lock{clock.mutex_};
    clock.timers_.emplace(clock.now_ + delay, std::move(operation));
    return SP_OK;
  }

  static constexpr std::int64_t kEpoch = 1'700'000'000'000'000'000;
  Executor& executor_;
  Service<sp_clock> clock_;
  Service<sp_timer> timer_;
  mutable std::mutex mutex_;
  std::uint64_t now_ = 1'000'000'000;
  std::multimap<std::uint64_t, std::shared_ptr<FakeOperation>> timers_;
};

}  // namespace sandport::testkit

// A point that coroutines wait for: once it is open they pass.
#pragma once

#include <memory>
#include <mutex>
#include <sandport/mailbox.hpp>
#include <sandport/task.hpp>
#include <vector>

namespace sandport_e2b {

// Any number of waiters, any thread.
class Gate {
 public:
  // May run waiters before it returns.
  void open() {
    std::vector<sandport::Mailbox<int>> waiters;
    {
      const std::lock_guard lock(mutex_);
      open_ = true;
      waiters.swap(waiters_);
    }
    for (auto& waiter : waiters) waiter.close();
  }

  // Throws Cancelled.
  [[nodiscard]] sandport::Task<void> pass() {
    sandport::Mailbox<int> turn;
    {
      const std::lock_guard lock(mutex_);
      if (open_) co_return;
      waiters_.push_back(turn);
    }
    co_await turn.next();
  }

 private:
  std::mutex mutex_;
  bool open_ = false;
  std::vector<sandport::Mailbox<int>> waiters_;
};

}  // namespace sandport_e2b

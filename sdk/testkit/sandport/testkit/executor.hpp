// Where the fakes run what they owe their callers: inline and in order, or on threads of their own.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace sandport::testkit {

class Executor {
 public:
  // 0 threads: a task runs inside post, or after the one that posted it.
  explicit Executor(std::size_t threads = 0) {
    for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
  }
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;

  ~Executor() { stop(); }

  // Runs what is left, then ends the threads.
  void stop() {
    {
      const std::lock_guard lock{mutex_};
      stopping_ = true;
    }
    changed_.notify_all();
    for (auto& thread : threads_) thread.join();
    threads_.clear();
  }

  void post(std::function<void()> task) {
    std::unique_lock lock{mutex_};
    tasks_.push_back(std::move(task));
    if (!threads_.empty()) {
      changed_.notify_one();
      return;
    }
    if (std::exchange(running_, true)) return;
    while (!tasks_.empty()) {
      auto next = std::move(tasks_.front());
      tasks_.pop_front();
      lock.unlock();
      next();
      lock.lock();
    }
    running_ = false;
  }

 private:
  void work() {
    std::unique_lock lock{mutex_};
    while (true) {
      changed_.wait(lock, [this] { return stopping_ || !tasks_.empty(); });
      if (tasks_.empty()) return;
      auto next = std::move(tasks_.front());
      tasks_.pop_front();
      lock.unlock();
      next();
      next = nullptr;
      lock.lock();
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> tasks_;
  bool running_ = false;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace sandport::testkit

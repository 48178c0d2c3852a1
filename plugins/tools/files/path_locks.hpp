// One writer per file: calls of one session run side by side, and may name the same file.
#pragma once

#include <sandport/operation.hpp>
#include <sandport/task.hpp>

#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace files {

// Any thread. A lock lives as long as somebody holds it or waits for it.
class PathLocks {
 public:
  // Ends the turn when it goes.
  class Held {
   public:
    explicit Held(std::shared_ptr<sandport::detail::AsyncLock> lock) : lock_(std::move(lock)) {}
    Held(Held&&) noexcept = default;
    Held& operator=(Held&&) = delete;
    ~Held() {
      if (lock_) lock_->release();
    }

   private:
    std::shared_ptr<sandport::detail::AsyncLock> lock_;
  };

  [[nodiscard]] sandport::Task<Held> acquire(std::string key);

 private:
  std::mutex mutex_;
  std::map<std::string, std::weak_ptr<sandport::detail::AsyncLock>> locks_;
};

}  // namespace files

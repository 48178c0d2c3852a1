#include "path_locks.hpp"

namespace files {

sandport::Task<PathLocks::Held> PathLocks::acquire(std::string key) {
  std::shared_ptr<sandport::detail::AsyncLock> lock;
  {
    const std::lock_guard guard(mutex_);
    std::erase_if(locks_, [](const auto& entry) { return entry.second.expired(); });
    auto& known = locks_[key];
    lock = known.lock();
    if (!lock) known = lock = std::make_shared<sandport::detail::AsyncLock>();
  }
  co_await lock->acquire();
  co_return Held(std::move(lock));
}

}  // namespace files

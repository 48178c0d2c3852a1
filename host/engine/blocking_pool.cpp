#include "host/engine/blocking_pool.hpp"

#include <pthread.h>

#include <atomic>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "core/error.hpp"
#include "host/engine/cancelled.hpp"

namespace sandport {
namespace asio = boost::asio;

namespace {
enum class Room { kBounded, kAlways };
}

struct BlockingPool::State {
  explicit State(Options with) : options(with) {}

  struct Item {
    std::function<void()> work;
    Room room;
  };

  const Options options;
  mutable std::mutex mutex;
  std::condition_variable changed;
  std::deque<Item> queue;
  std::size_t bounded = 0;  // items of `queue` that count against the limit
  std::size_t idle = 0;
  bool stopping = false;
  std::vector<std::thread> threads;

  void push(std::function<void()> work, Room room) {
    const std::lock_guard lock(mutex);
    if (stopping)
      throw Error(Code::kUnavailable, "the host is stopping: no new blocking work starts");
    if (room == Room::kBounded && bounded >= options.queue_limit) {
      throw Error(Code::kResourceExhausted,
                  "the blocking pool is full: " + std::to_string(options.queue_limit) +
                      " calls wait for " + std::to_string(options.max_threads) +
                      " threads; try again when some have ended",
                  Retry::kYes);
    }
    if (idle <= queue.size() && threads.size() < options.max_threads) start_thread();
    queue.push_back({std::move(work), room});
    if (room == Room::kBounded) ++bounded;
    changed.notify_one();
  }

  void start_thread() {
    const std::string name = "sp:pool-" + std::to_string(threads.size());
    try {
      threads.emplace_back([this] { serve(); });
    } catch (const std::system_error& error) {
      if (!threads.empty()) return;  // the ones there are will come to it
      throw Error(Code::kResourceExhausted,
                  std::string("cannot start a thread for blocking work: ") + error.what() +
                      "; raise the limit on processes (ulimit -u)",
                  Retry::kYes);
    }
    pthread_setname_np(threads.back().native_handle(), name.substr(0, 15).c_str());
  }

  void serve() {
    std::unique_lock lock(mutex);
    while (true) {
      ++idle;
      changed.wait(lock, [this] { return stopping || !queue.empty(); });
      --idle;
      if (queue.empty()) return;
      Item item = std::move(queue.front());
      queue.pop_front();
      if (item.room == Room::kBounded) --bounded;
      lock.unlock();
      item.work();
      item.work = nullptr;  // its captures end outside the lock
      lock.lock();
    }
  }
};

BlockingPool::BlockingPool() : BlockingPool(Options{}) {}
BlockingPool::BlockingPool(Options options) : state_(std::make_unique<State>(options)) {}
BlockingPool::~BlockingPool() { stop(); }

void BlockingPool::submit(std::function<void()> work) {
  state_->push(std::move(work), Room::kBounded);
}

asio::awaitable<void> BlockingPool::run_erased(std::function<void()> work) {
  auto initiate = [this](auto handler, std::function<void()> function) {
    auto cancelled = std::make_shared<std::atomic<bool>>(false);
    auto slot = asio::get_associated_cancellation_slot(handler);
    if (slot.is_connected())
      slot.assign([cancelled](asio::cancellation_type) { *cancelled = true; });
    auto guard = asio::make_work_guard(asio::get_associated_executor(handler));
    // std::function wants copies; the handler can only be moved.
    auto shared = std::make_shared<decltype(handler)>(std::move(handler));
    auto job = [cancelled, guard, shared, function = std::move(function)]() mutable {
      std::exception_ptr failure;
      try {
        if (*cancelled) throw cancelled_error();
        function();
      } catch (...) {
        failure = std::current_exception();
      }
      function = nullptr;
      asio::post(guard.get_executor(),
                 [shared = std::move(shared), failure]() { std::move (*shared)(failure); });
    };
    try {
      state_->push(job, Room::kAlways);
    } catch (...) {
      asio::post(guard.get_executor(),
                 [shared, failure = std::current_exception()] { std::move (*shared)(failure); });
    }
  };
  co_await asio::async_initiate<const asio::use_awaitable_t<>, void(std::exception_ptr)>(
      std::move(initiate), asio::use_awaitable, std::move(work));
}

void BlockingPool::stop() {
  std::vector<std::thread> threads;
  {
    const std::lock_guard lock(state_->mutex);
    state_->stopping = true;
    threads.swap(state_->threads);
    state_->changed.notify_all();
  }
  for (auto& thread : threads) thread.join();
}

std::size_t BlockingPool::thread_count() const {
  const std::lock_guard lock(state_->mutex);
  return state_->threads.size();
}

}  // namespace sandport

// The backend's one thread: it watches pipes, terminals, supervisors and inotify.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <coroutine>
#include <future>
#include <optional>
#include <thread>

namespace sandport_local {

// Blocks every signal on its thread, so that a broken pipe is an error there and never a SIGPIPE,
// and the host's own handlers are left alone.
class IoThread {
 public:
  using Context = boost::asio::io_context;

  IoThread();
  IoThread(const IoThread&) = delete;
  IoThread& operator=(const IoThread&) = delete;
  // Waits until everything that runs on the thread has ended, but not for ever: a process that
  // even SIGKILL does not end (it hangs in the kernel) is left behind.
  ~IoThread();

  [[nodiscard]] Context& context() { return context_; }

  // `co_await thread.enter()`: goes on on the thread.
  [[nodiscard]] auto enter() {
    struct Awaiter {
      Context& context;
      [[nodiscard]] bool await_ready() const {
        return context.get_executor().running_in_this_thread();
      }
      [[gnu::noinline]] void await_suspend(std::coroutine_handle<> handle) {
        boost::asio::post(context, [handle] { handle.resume(); });
      }
      void await_resume() const {}
    };
    return Awaiter{context_};
  }

  // `co_await thread.yield()`: the same, after everything that is waiting for the thread already.
  [[nodiscard]] auto yield() {
    struct Awaiter {
      Context& context;
      [[nodiscard]] bool await_ready() const { return false; }
      [[gnu::noinline]] void await_suspend(std::coroutine_handle<> handle) {
        boost::asio::post(context, [handle] { handle.resume(); });
      }
      void await_resume() const {}
    };
    return Awaiter{context_};
  }

 private:
  Context context_{1};
  std::optional<boost::asio::executor_work_guard<Context::executor_type>> work_;
  std::promise<void> ended_;
  std::thread thread_;
};

}  // namespace sandport_local

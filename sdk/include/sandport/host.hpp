// The host's services as a plugin uses them: log, clock, timers, the pool, secrets, its directory.
#pragma once

#include <sandport/abi.h>
#include <sandport/error.hpp>
#include <sandport/http.hpp>
#include <sandport/stream.hpp>
#include <sandport/task.hpp>
#include <sandport/websocket.hpp>
#include <sandport/when_all.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace sandport {
inline namespace v1 {

// Lines for the host's log; nothing when the host has none.
class Log {
 public:
  explicit Log(const sp_log* log) noexcept : log_(log) {}
  void debug(std::string_view line) const noexcept { write(SP_LOG_DEBUG, line); }
  void info(std::string_view line) const noexcept { write(SP_LOG_INFO, line); }
  void warn(std::string_view line) const noexcept { write(SP_LOG_WARN, line); }
  void error(std::string_view line) const noexcept { write(SP_LOG_ERROR, line); }
  [[nodiscard]] bool enabled(std::uint32_t level) const noexcept {
    return log_ != nullptr && log_->enabled(log_, level);
  }

 private:
  void write(std::uint32_t level, std::string_view line) const noexcept {
    if (enabled(level)) log_->write(log_, level, to_str(line));
  }
  const sp_log* log_;
};

// A view on what the host lends to an instance; copy it freely, it lives as long as the instance.
class Host {
 public:
  explicit Host(const sp_host* host) noexcept : host_(host) {}

  [[nodiscard]] const sp_host* raw() const noexcept { return host_; }
  // The host program's version, for User-Agent headers.
  [[nodiscard]] std::string_view version() const noexcept { return to_view(host_->version); }

  // A service table, or nullptr when this host has none.
  template <class Table>
  [[nodiscard]] const Table* find(const char* id) const noexcept {
    return static_cast<const Table*>(host_->get_service(host_, id));
  }
  // A service table; throws SP_UNIMPLEMENTED when this host has none.
  template <class Table>
  [[nodiscard]] const Table* service(const char* id) const {
    const auto* table = find<Table>(id);
    if (table == nullptr) {
      throw Error(SP_UNIMPLEMENTED, std::string{"this host lacks the service "} + id);
    }
    return table;
  }

  [[nodiscard]] Log log() const noexcept { return Log{find<sp_log>(SP_SERVICE_LOG)}; }
  [[nodiscard]] Http http() const { return Http{service<sp_http>(SP_SERVICE_HTTP)}; }
  [[nodiscard]] WebSockets websockets() const {
    return WebSockets{service<sp_websockets>(SP_SERVICE_WEBSOCKET)};
  }

  // The host's clocks, or the system's when the host lends none.
  [[nodiscard]] std::chrono::nanoseconds monotonic_now() const {
    if (const auto* clock = find<sp_clock>(SP_SERVICE_CLOCK)) {
      return std::chrono::nanoseconds{static_cast<std::int64_t>(clock->monotonic_ns(clock))};
    }
    return std::chrono::steady_clock::now().time_since_epoch();
  }
  [[nodiscard]] std::chrono::system_clock::time_point now() const {
    if (const auto* clock = find<sp_clock>(SP_SERVICE_CLOCK)) {
      return std::chrono::system_clock::time_point{
          std::chrono::duration_cast<std::chrono::system_clock::duration>(
              std::chrono::nanoseconds{clock->unix_ns(clock)})};
    }
    return std::chrono::system_clock::now();
  }

  // Only while an instance is made. Throws SP_NOT_FOUND, SP_PERMISSION_DENIED.
  [[nodiscard]] std::string secret(std::string_view name) const {
    const auto* table = service<sp_secret>(SP_SERVICE_SECRET);
    std::string value;
    detail::ErrorSlot error;
    error.check(table->get(table, to_str(name), &Host::receive, &value, &error), "secret");
    return value;
  }

  // Only while an instance is made: this plugin's own directory on the host.
  [[nodiscard]] std::string state_dir() const {
    const auto* table = service<sp_state_dir>(SP_SERVICE_STATE_DIR);
    std::string path;
    detail::ErrorSlot error;
    error.check(table->path(table, &Host::receive, &path, &error), "state_dir");
    return path;
  }

 private:
  static void receive(void* context, sp_str text) {
    static_cast<std::string*>(context)->assign(text.data == nullptr ? "" : text.data, text.size);
  }
  const sp_host* host_;
};

// Throws Cancelled when the operation is asked to end meanwhile.
[[nodiscard]] inline Task<void> sleep_for(Host host, std::chrono::nanoseconds duration) {
  const auto* timer = host.service<sp_timer>(SP_SERVICE_TIMER);
  const auto delay = duration.count() > 0 ? static_cast<std::uint64_t>(duration.count()) : 0u;
  co_await call([timer, delay](sp_sink* sink, sp_op** op, sp_error* error) {
    return timer->start(timer, delay, sink, op, error);
  });
}

namespace detail {

// Runs a function on the pool; the coroutine goes on there.
template <class Function>
class OnPool {
 public:
  using Value = std::invoke_result_t<Function&>;

  OnPool(const sp_blocking* pool, Function& function) noexcept : pool_(pool), function_(function) {}

  [[nodiscard]] bool await_ready() const noexcept { return false; }
  SANDPORT_DETAIL_NOINLINE bool await_suspend(std::coroutine_handle<> handle) {
    handle_ = handle;
    ErrorSlot error;
    error.check(pool_->run(pool_, &OnPool::work, this, &error), "the host's pool");
    return !met_.exchange(true, std::memory_order_acq_rel);
  }
  Value await_resume() { return outcome_.take(); }

 private:
  static void work(void* argument) noexcept {
    auto& self = *static_cast<OnPool*>(argument);
    try {
      if constexpr (std::is_void_v<Value>) {
        self.function_();
        self.outcome_.value.emplace();
      } else {
        self.outcome_.value.emplace(self.function_());
      }
    } catch (...) {
      self.outcome_.failure = std::current_exception();
    }
    auto handle = self.handle_;
    if (self.met_.exchange(true, std::memory_order_acq_rel)) handle.resume();
  }

  const sp_blocking* pool_;
  Function& function_;
  std::coroutine_handle<> handle_;
  std::atomic<bool> met_{false};
  Outcome<Value> outcome_;
};

}  // namespace detail

// Runs `function`, which may block, on a thread of the host's pool; brings its value or exception.
// A function that takes a std::stop_token gets the operation's. It must own what it uses.
template <class Function>
requires std::invocable<Function&>
[[nodiscard]] Task<std::invoke_result_t<Function&>> on_pool(Host host, Function function) {
  const auto* pool = host.service<sp_blocking>(SP_SERVICE_BLOCKING);
  co_await check_cancelled();
  co_return co_await detail::OnPool<Function>{pool, function};
}

template <class Function>
requires std::invocable<Function&, std::stop_token>
[[nodiscard]] auto on_pool(Host host, Function function)
    -> Task<std::invoke_result_t<Function&, std::stop_token>> {
  auto token = co_await stop_token();
  co_return co_await on_pool(host, [&function, &token] { return function(token); });
}

// Runs `task`; cancels it and throws SP_DEADLINE_EXCEEDED when it takes longer than `limit`.
template <class T>
[[nodiscard]] Task<T> with_timeout(Host host, std::chrono::nanoseconds limit, Task<T> task) {
  auto& parent = co_await detail::ContextAwaiter{};
  detail::LinkedStop work{parent.stop};
  detail::LinkedStop timer{parent.stop};
  bool expired = false;
  detail::Outcome<T> outcome;
  struct Branch {
    static Task<void> watch(Host on, std::chrono::nanoseconds delay, bool& passed,
                            detail::LinkedStop& other) {
      co_await sleep_for(on, delay);
      passed = true;
      other.request_stop();
    }
    static Task<void> run(Task<T> inner, detail::Outcome<T>& result, detail::LinkedStop& other) {
      co_await detail::settle(std::move(inner), result);
      other.request_stop();
    }
    static Task<void> quiet(Task<void> inner) {
      try {
        co_await inner;
      } catch (const Cancelled&) {  // the work was faster
      }
    }
  };
  co_await when_all(
      detail::run_in(parent, work.token(), Branch::run(std::move(task), outcome, timer)),
      detail::run_in(parent, timer.token(),
                     Branch::quiet(Branch::watch(host, limit, expired, work))));
  if (expired && outcome.failure && detail::is_cancelled(outcome.failure)) {
    throw Error(
        SP_DEADLINE_EXCEEDED,
        "no answer within " +
            std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(limit).count()) +
            " ms",
        "TIMEOUT", Retry::kYes);
  }
  co_return outcome.take();
}

}  // namespace v1
}  // namespace sandport

// A host with fakes of all services.
#pragma once

#include <sandport/abi.h>
#include <sandport/testkit/executor.hpp>
#include <sandport/testkit/fake_clock.hpp>
#include <sandport/testkit/fake_http.hpp>
#include <sandport/testkit/fake_websocket.hpp>
#include <sandport/text.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sandport::testkit {

struct LogLine {
  std::uint32_t level = SP_LOG_INFO;
  std::string text;
};

// Threads: 0 makes everything happen inline and in order; otherwise completions and the pool's
// work come from that many threads each.
class FakeHost {
 public:
  explicit FakeHost(std::size_t threads = 0)
      : pool_(threads),
        executor_(threads),
        clock_(executor_),
        http_(executor_),
        websockets_(executor_) {
    host_.table.struct_size = kStructSize<sp_host>;
    host_.table.abi_minor = SP_ABI_MINOR;
    host_.table.version = to_str("0.0.0-test");
    host_.table.get_service = &get_service;
    host_.owner = this;
    log_ = {{kStructSize<sp_log>, &enabled, &write}, this};
    blocking_ = {{kStructSize<sp_blocking>, &run}, this};
    secret_ = {{kStructSize<sp_secret>, &secret}, this};
    state_dir_ = {{kStructSize<sp_state_dir>, &path}, this};
  }
  FakeHost(const FakeHost&) = delete;
  FakeHost& operator=(const FakeHost&) = delete;
  // What still runs may use every service.
  ~FakeHost() {
    pool_.stop();
    executor_.stop();
  }

  [[nodiscard]] const sp_host* get() const noexcept { return &host_.table; }

  [[nodiscard]] FakeClock& clock() noexcept { return clock_; }
  [[nodiscard]] FakeHttp& http() noexcept { return http_; }
  [[nodiscard]] FakeWebSockets& websockets() noexcept { return websockets_; }
  [[nodiscard]] Executor& executor() noexcept { return executor_; }

  void set_secret(std::string name, std::string value) {
    secrets_[std::move(name)] = std::move(value);
  }
  void set_state_dir(std::string directory) { directory_ = std::move(directory); }
  // This host lends no such service.
  void remove_service(std::string id) { removed_.insert(std::move(id)); }
  // The pool refuses work from now on.
  void fill_pool() noexcept { pool_full_ = true; }

  [[nodiscard]] std::vector<LogLine> log() const {
    const std::lock_guard lock{mutex_};
    return lines_;
  }

 private:
  template <class Table>
  struct Service {
    Table table{};  // first: a pointer to it is one to the service
    FakeHost* owner = nullptr;
  };
  template <class Table>
  static FakeHost& self(const Table* table) noexcept {
    return *reinterpret_cast<const Service<Table>*>(table)->owner;
  }

  static const void* get_service(const sp_host* at, const char* id) noexcept {
    auto& host = self(at);
    const std::string_view wanted{id};
    if (host.removed_.contains(std::string{wanted})) return nullptr;
    if (wanted == SP_SERVICE_LOG) return &host.log_.table;
    if (wanted == SP_SERVICE_BLOCKING) return &host.blocking_.table;
    if (wanted == SP_SERVICE_SECRET) return &host.secret_.table;
    if (wanted == SP_SERVICE_STATE_DIR) return &host.state_dir_.table;
    if (wanted == SP_SERVICE_CLOCK) return host.clock_.clock();
    if (wanted == SP_SERVICE_TIMER) return host.clock_.timer();
    if (wanted == SP_SERVICE_HTTP) return host.http_.table();
    if (wanted == SP_SERVICE_WEBSOCKET) return host.websockets_.table();
    return nullptr;
  }

  static bool enabled(const sp_log*, std::uint32_t) noexcept { return true; }
  static void write(const sp_log* at, std::uint32_t level, sp_str line) noexcept {
    auto& host = self(at);
    const std::lock_guard lock{host.mutex_};
    host.lines_.push_back({level, to_string(line)});
  }

  static sp_code refuse(sp_error* error, sp_code code, std::string_view message) noexcept {
    const auto status = detail::plain_status(code, message);
    error->set(error, &status);
    return code;
  }

  static sp_code run(const sp_blocking* at, void (*work)(void*), void* argument,
                     sp_error* error) noexcept {
    auto& host = self(at);
    if (host.pool_full_) return refuse(error, SP_RESOURCE_EXHAUSTED, "the pool's queue is full");
    host.pool_.post([work, argument] { work(argument); });
    return SP_OK;
  }

  static sp_code secret(const sp_secret* at, sp_str name, sp_receive receive, void* context,
                        sp_error* error) noexcept {
    const auto& secrets = self(at).secrets_;
    const auto found = secrets.find(to_string(name));
    if (found == secrets.end()) return refuse(error, SP_NOT_FOUND, "the secret is not set");
    receive(context, to_str(found->second));
    return SP_OK;
  }

  static sp_code path(const sp_state_dir* at, sp_receive receive, void* context,
                      sp_error* error) noexcept {
    const auto& directory = self(at).directory_;
    if (directory.empty()) return refuse(error, SP_NOT_FOUND, "the test set no state directory");
    receive(context, to_str(directory));
    return SP_OK;
  }

  mutable std::mutex mutex_;
  std::vector<LogLine> lines_;
  std::map<std::string, std::string> secrets_;
  std::string directory_;
  std::set<std::string> removed_;
  bool pool_full_ = false;
  Executor pool_;
  Executor executor_;
  FakeClock clock_;
  FakeHttp http_;
  FakeWebSockets websockets_;
  Service<sp_host> host_;
  Service<sp_log> log_;
  Service<sp_blocking> blocking_;
  Service<sp_secret> secret_;
  Service<sp_state_dir> state_dir_;
};

}  // namespace sandport::testkit

// Watches one plugin instance: what runs in it, which rules of the ABI it broke.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "core/task.hpp"
#include "host/plugin/adapt/waiters.hpp"

namespace sandport {

// Rules a plugin can break while it runs. The names stand in reports.
namespace rule {
inline constexpr std::string_view kDoneTwice = "done-twice";
inline constexpr std::string_view kCallAfterDone = "call-after-done";
inline constexpr std::string_view kNeverDone = "never-done";
inline constexpr std::string_view kIgnoresPause = "ignores-pause";
inline constexpr std::string_view kSecondObject = "second-object";
inline constexpr std::string_view kNoObject = "no-object";
inline constexpr std::string_view kNoOperation = "no-operation";
inline constexpr std::string_view kCallAfterRefusal = "call-after-refusal";
inline constexpr std::string_view kBadPayload = "bad-payload";
inline constexpr std::string_view kThrows = "throws";
inline constexpr std::string_view kIncomplete = "incomplete-object";
}  // namespace rule

struct Misbehaviour {
  std::string plugin;  // id of the plugin
  std::string rule;    // one of rule::
  std::string detail;  // one line for a person
};

struct OperationLimits {
  std::size_t queue_bytes = std::size_t{1} << 20;  // then the plugin is asked to pause
  std::size_t ignored_pause_factor = 4;            // times queue_bytes; then the operation fails
  std::chrono::milliseconds cancel_grace{10000};   // from cancel to done
};

// Shared by everything that came out of one instance. Any thread.
class PluginMonitor {
 public:
  // Called on any thread, also a plugin's own, at the moment of the fault: it may take no lock that
  // is held around calls into plugins.
  using Report = std::function<void(const Misbehaviour&)>;

  PluginMonitor(std::string plugin, OperationLimits limits, Report report);

  [[nodiscard]] const std::string& plugin() const { return plugin_; }
  [[nodiscard]] const OperationLimits& limits() const { return limits_; }

  void report(std::string_view rule, const std::string& detail);
  [[nodiscard]] bool misbehaved() const;

  // How many operations run, not counting those given up as misbehaving.
  [[nodiscard]] std::size_t in_flight() const;
  // Until none runs. Wait for it before the engine stops.
  [[nodiscard]] Task<void> drained();

  // From now on what the plugin still calls is ignored: the engine is about to go.
  void detach();

  // For the adapters.
  void began();
  void ended();
  // Runs work on executor unless detached. A plugin's thread calls this.
  void post(const boost::asio::any_io_executor& executor, std::function<void()> work);
  // Keeps a dead object's memory for a while, so that a late call on it is told from a valid one.
  void quarantine(std::shared_ptr<void> object);

 private:
  const std::string plugin_;
  const OperationLimits limits_;
  const Report report_;
  mutable std::mutex mutex_;
  bool misbehaved_ = false;
  bool detached_ = false;
  std::size_t in_flight_ = 0;
  std::deque<std::shared_ptr<void>> quarantine_;
  adapt::Waiters waiters_;
};

}  // namespace sandport

// How long a sandbox still lives, and its extension while it is in use.
#pragma once

#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>
#include <sandport/task.hpp>

#include "connect/envd.hpp"

namespace sandport_e2b {

using TimePoint = std::chrono::system_clock::time_point;

// Any thread.
class Life {
 public:
  explicit Life(const Envd& envd) : envd_(envd) {}

  void set_end(std::optional<TimePoint> end);
  [[nodiscard]] std::optional<TimePoint> end() const;

  // Extends it when less than half of it is left. Failures are logged and no error: whatever needs
  // the sandbox will say so itself. Quick when there is nothing to do.
  [[nodiscard]] sandport::Task<void> extend();
  // How soon that may be necessary again.
  [[nodiscard]] std::chrono::milliseconds interval() const;

  // Exactly this, from now; may shorten it.
  [[nodiscard]] sandport::Task<void> set(std::chrono::milliseconds remaining);

 private:
  const Envd& envd_;
  mutable std::mutex mutex_;  // guards end_
  std::optional<TimePoint> end_;
  std::atomic<bool> busy_{false};
  std::atomic<bool> refused_{false};
};

// From RFC 3339; nothing when it is something else.
[[nodiscard]] std::optional<TimePoint> parse_time(std::string_view text);
[[nodiscard]] std::string format_time(TimePoint time);

}  // namespace sandport_e2b

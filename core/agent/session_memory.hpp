// The tools' own store: a map that lives in the session's log.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "core/session/event.hpp"
#include "core/tool/toolset.hpp"

namespace sandport {

// {"key", "value"}: a tool has set something.
inline constexpr std::string_view kStateChanged = "state_changed";

// Safe from any thread.
class SessionMemory final : public ToolState {
 public:
  static constexpr std::size_t kMaximumValue = std::size_t{1} << 20;  // bytes

  [[nodiscard]] bool get(std::string_view key, std::string& value) const override;
  // Throws kInvalidArgument for a value over 1 MiB.
  void set(std::string_view key, std::string value) override;

  // Takes over what an event of the log says; other events are ignored. For resume.
  void apply(const Event& event);
  // The events of what was set since the last call, to be appended before the result of the tool.
  [[nodiscard]] std::vector<Event> take_changes();

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::string, std::less<>> values_;
  std::vector<Event> changes_;
};

}  // namespace sandport

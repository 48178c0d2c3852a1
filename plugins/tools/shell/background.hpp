// Commands in the background of a session: their ids, in the session's own state.
#pragma once

#include <sandport/toolset.hpp>

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace shell {

struct Background {
  std::string id;       // "shell_1": what the model says
  std::string tag;      // what the sandbox knows it by
  std::string command;  // shortened
};

// Any thread; calls of one session may overlap.
class BackgroundList {
 public:
  // Gives out the next id. Kept before the command starts, so that none is ever lost.
  [[nodiscard]] Background add(const sandport::Call& call, std::string_view command);
  [[nodiscard]] std::optional<Background> find(const sandport::Call& call,
                                               std::string_view id) const;
  // "shell_1 (make), shell_2 (…)", or "none".
  [[nodiscard]] std::string names(const sandport::Call& call) const;

 private:
  mutable std::mutex mutex_;
};

}  // namespace shell

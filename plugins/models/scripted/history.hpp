// Where in its script a session is, from the messages of a request.
#pragma once

#include <sandport/abi.h>

#include <cstdint>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace scripted {

struct ToolResult {
  std::string tool;
  std::string text;
  bool is_error = false;
};

// The results after the last assistant message, in order.
[[nodiscard]] std::vector<ToolResult> latest_results(std::span<const sp_str> messages);

struct Position {
  std::uint64_t replies = 0;   // assistant messages so far
  std::uint64_t bytes = 0;     // of all messages
  std::uint64_t attempts = 0;  // earlier calls for this very reply
};

// Remembers how far each session was counted, so that a step costs the same at any length. Whatever
// is forgotten is counted again. Any thread.
class Positions {
 public:
  // Counts this call as an attempt.
  [[nodiscard]] Position advance(std::string_view session_id, std::span<const sp_str> messages);

 private:
  struct Counted {
    std::size_t messages = 0;
    Position position;
  };

  std::mutex mutex_;
  std::unordered_map<std::string, Counted> sessions_;
};

}  // namespace scripted

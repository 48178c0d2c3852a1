// A scripted conversation: what the model says at each of its replies.
#pragma once

#include <sandport/abi.h>

#include <chrono>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

namespace scripted {

struct Call {
  std::string id;  // empty: made from the position
  std::string name;
  std::string arguments;  // JSON text as it is sent; may be broken on purpose
};

// What must hold for a tool result that precedes the reply.
struct Expectation {
  std::string tool;                  // empty: any
  std::optional<std::size_t> index;  // among those results, from 0
  std::optional<std::string> contains;
  std::optional<std::string> not_contains;
  std::optional<std::string> equals;
  std::optional<std::string> matches;  // Perl regular expression, found anywhere
  std::optional<bool> is_error;
};

struct Fault {
  sp_code code = SP_UNAVAILABLE;
  std::string message;
  std::string reason;
  bool retryable = false;
  std::chrono::milliseconds retry_after{0};
  std::uint64_t after_bytes = 0;  // of reasoning and text that stream before it
  std::uint64_t times = 1;        // calls of this turn that fail before one succeeds; 0: every one
};

struct Turn {
  std::optional<std::string> reasoning;
  std::string text;
  std::vector<Call> calls;
  std::string finish_reason;  // empty: tool_calls or stop
  std::string usage;          // JSON object, or empty: an estimate
  std::vector<Expectation> expectations;
  std::chrono::milliseconds delay{0};
  std::optional<Fault> fault;
};

enum class Repeat { kError, kLast, kLoop };

struct Script {
  std::vector<Turn> turns;
  Repeat repeat = Repeat::kError;
  std::string model = "scripted";
  std::size_t chunk_size = 0;  // bytes of one streamed fragment; 0: all at once
  std::chrono::milliseconds chunk_delay{0};

  // The turn for the reply after `replies` earlier ones; null when the script is over.
  [[nodiscard]] const Turn* turn(std::uint64_t replies) const;
};

// From the plugin's options: {"turns": […], …}. Throws std::invalid_argument that names the place,
// as in `turns[2].expect[0].matches: …`.
[[nodiscard]] Script parse_script(const nlohmann::json& options);

}  // namespace scripted

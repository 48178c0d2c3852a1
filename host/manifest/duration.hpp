// Durations as manifests write them: "300ms", "5m", "1h30m".
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace sandport::manifest {

// Units ms, s, m, h, d, largest first, each with a whole number or a decimal ("1.5s"). Throws
// `sandport::Error` (kInvalidArgument) that says what is expected; a bare number is refused.
[[nodiscard]] std::chrono::milliseconds parse_duration(std::string_view text);

// The shortest text that `parse_duration` reads back: "1h30m".
[[nodiscard]] std::string format_duration(std::chrono::milliseconds duration);

}  // namespace sandport::manifest

// Times as RFC 3339.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sandport::e2b_emulator {

// UTC, with 0, 3, 6 or 9 digits after the second, as few as say it all.
[[nodiscard]] std::string rfc3339(std::int64_t nanoseconds);
[[nodiscard]] std::string rfc3339(std::chrono::system_clock::time_point time);
// Nothing when it is no such time.
[[nodiscard]] std::optional<std::chrono::system_clock::time_point> parse_rfc3339(
    std::string_view text);

}  // namespace sandport::e2b_emulator

// Sizes and times as people read them.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace e2b_template {

// "512 B", "1.5 KiB", "2.0 GiB".
[[nodiscard]] std::string size_text(std::uint64_t bytes);
// "850 ms", "12 s", "3 min 5 s".
[[nodiscard]] std::string duration_text(std::chrono::milliseconds duration);

}  // namespace e2b_template

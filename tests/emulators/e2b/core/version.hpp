// Versions of envd, compared number by number.
#pragma once

#include <string_view>

namespace sandport::e2b_emulator {

// What is no number counts as 0: "0.10" is later than "0.9.5".
[[nodiscard]] bool version_at_least(std::string_view version, std::string_view wanted);

}  // namespace sandport::e2b_emulator

// Base64 as clients send it: standard or URL-safe, padded or not.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sandport::e2b_emulator {

// Nothing for characters that do not belong.
[[nodiscard]] std::optional<std::string> base64_decode(std::string_view text);

}  // namespace sandport::e2b_emulator

// SHA-256, in lower-case hex.
#pragma once

#include <string>
#include <string_view>

namespace sandport {

[[nodiscard]] std::string sha256_hex(std::string_view content);

}  // namespace sandport

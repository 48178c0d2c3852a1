// Base64 (RFC 4648) of octets.
#pragma once

#include <string>
#include <string_view>

namespace sandport {

[[nodiscard]] std::string base64_encode(std::string_view bytes);

}  // namespace sandport

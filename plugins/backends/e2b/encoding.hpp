// Base64, percent signs, digests and random names.
#pragma once

#include <string>
#include <string_view>

namespace sandport_e2b {

[[nodiscard]] std::string base64_encode(std::string_view bytes);
// Padding may be missing. Throws sandport::Error SP_DATA_LOSS for what is no base64.
[[nodiscard]] std::string base64_decode(std::string_view text);

// Everything but letters, digits and -._~ becomes %XX.
[[nodiscard]] std::string percent_encode(std::string_view bytes);

// 32 octets.
[[nodiscard]] std::string sha256(std::string_view bytes);

// So many random octets, as hexadecimal digits.
[[nodiscard]] std::string random_hex(std::size_t octets);

// For a shell: in single quotes, whatever is in it.
[[nodiscard]] std::string shell_quote(std::string_view text);

}  // namespace sandport_e2b

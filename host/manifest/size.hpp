// Sizes in bytes as manifests write them: "64KiB", "2GiB", "10MB".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sandport::manifest {

// Units B, KB, MB, GB, TB (powers of 1000) and KiB, MiB, GiB, TiB (powers of 1024), with a whole
// number or a decimal. Throws `sandport::Error` (kInvalidArgument); a bare number is refused.
[[nodiscard]] std::uint64_t parse_size(std::string_view text);

// The shortest text that `parse_size` reads back: "64KiB".
[[nodiscard]] std::string format_size(std::uint64_t bytes);

}  // namespace sandport::manifest

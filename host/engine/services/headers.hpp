// HTTP heads and settings across the C ABI.
#pragma once

#include <sandport/abi.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "host/engine/http/client.hpp"

namespace sandport::services {

[[nodiscard]] std::vector<HttpHeader> copy_headers(const sp_pair* headers, std::size_t count);

// Status line and header lines, each ended by CRLF.
[[nodiscard]] std::string format_head(const HttpHead& head);

// 0 leaves the choice to the host.
[[nodiscard]] std::optional<std::chrono::milliseconds> given_timeout(std::uint64_t milliseconds);

}  // namespace sandport::services

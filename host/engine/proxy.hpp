// Decides which proxy a connection goes through, as curl does it.
#pragma once

#include <optional>
#include <string_view>

#include "host/engine/network_settings.hpp"
#include "host/engine/url.hpp"

namespace sandport {

// The proxy for `target`, or nothing for a direct connection. For ws and http: http_proxy; for wss
// and https: https_proxy or HTTPS_PROXY; for both: ALL_PROXY; none where NO_PROXY matches. Throws
// Error kInvalidArgument when the proxy's URL is none.
[[nodiscard]] std::optional<Url> proxy_for(const NetworkSettings& settings, const Url& target);

// Whether `list` (comma-separated names, ".suffix"es, addresses, networks in CIDR form, or "*")
// has `host`.
[[nodiscard]] bool matches_no_proxy(std::string_view list, std::string_view host);

}  // namespace sandport

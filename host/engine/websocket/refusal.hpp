// What the opening handshake of a WebSocket fails with.
#pragma once

#include <boost/system/error_code.hpp>
#include <chrono>
#include <string>

#include "core/error.hpp"
#include "host/engine/http/client.hpp"
#include "host/engine/url.hpp"

namespace sandport {

[[nodiscard]] Error handshake_refusal(const Url& url, const HttpHead& head,
                                      const std::string& body);
[[nodiscard]] Error handshake_timeout(const Url& url, std::chrono::milliseconds timeout);
[[nodiscard]] Error handshake_failure(const Url& url, const boost::system::error_code& code);

}  // namespace sandport

// Makes the TCP connection under a WebSocket, directly or through an HTTP proxy.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <optional>

#include "host/engine/engine.hpp"
#include "host/engine/url.hpp"

namespace sandport {

// Runs on `strand`. Throws Error kUnavailable when nothing could be reached, kFailedPrecondition
// when the proxy refuses, kUnimplemented for proxies that are not http://.
boost::asio::awaitable<boost::asio::ip::tcp::socket> dial(Strand strand, const Url& target,
                                                          const std::optional<Url>& proxy);

}  // namespace sandport

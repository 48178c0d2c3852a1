// The coroutine type of core and host.
#pragma once

#include <boost/asio/awaitable.hpp>

namespace sandport {

// Runs on the executor it is spawned on: for a session, its strand. Cancelled through Asio's
// cancellation slots; a cancelled Task throws Error{kCancelled} (or Asio's operation_aborted where
// it awaited Asio itself).
template <typename T>
using Task = boost::asio::awaitable<T>;

}  // namespace sandport

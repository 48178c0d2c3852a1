// How the engine recognises and reports that a wait was cancelled.
#pragma once

#include <exception>

#include "core/error.hpp"

namespace sandport {

// What every cancelled wait of the engine throws.
[[nodiscard]] Error cancelled_error();

// True for Error kCancelled, and for Asio's own operation_aborted.
[[nodiscard]] bool is_cancelled(const std::exception_ptr& failure);

}  // namespace sandport

// Turns whatever was thrown into an Error.
#pragma once

#include <exception>

#include "core/error.hpp"

namespace sandport {

// `thrown` must not be null. Asio's operation_aborted becomes kCancelled; an exception that is no
// Error becomes kInternal.
[[nodiscard]] Error error_of(const std::exception_ptr& thrown);

}  // namespace sandport

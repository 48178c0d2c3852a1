// PosixError as the SDK's Error.
#pragma once

#include <sandport/errno_error.hpp>
#include <utility>

#include "posix_error.hpp"

namespace sandport_local {

[[nodiscard]] inline sandport::Error to_error(const PosixError& error) {
  const sandport::Error known = sandport::errno_error(error.number(), "");
  return {known.code(), error.what(), known.reason()};
}

// Runs plain POSIX code, whose PosixError becomes the SDK's Error.
template <class Function>
auto translated(Function&& function) {
  try {
    return std::forward<Function>(function)();
  } catch (const PosixError& error) {
    throw to_error(error);
  }
}

}  // namespace sandport_local

// How a YAML parse ends early: what follows the place could not be understood, or is too much.
#pragma once

#include <stdexcept>
#include <string>

#include "host/manifest/location.hpp"

namespace sandport::manifest {

struct ParseStop : std::runtime_error {
  ParseStop(Location where, const std::string& message)
      : std::runtime_error(message), location(where) {}
  Location location;
};

}  // namespace sandport::manifest

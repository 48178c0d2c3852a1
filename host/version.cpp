#include "host/version.hpp"

namespace sandport {

std::string_view version() { return SANDPORT_VERSION; }

}  // namespace sandport

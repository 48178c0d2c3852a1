// The program's version, set by the build.
#pragma once

#include <string_view>

namespace sandport {

[[nodiscard]] std::string_view version();

}  // namespace sandport

// Where `${VAR}` takes its values from.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace sandport::manifest {

// Returns the value of a variable, or nothing when it is unset.
using EnvironmentLookup = std::function<std::optional<std::string>(std::string_view name)>;

// Reads this process's environment.
[[nodiscard]] EnvironmentLookup process_environment();

}  // namespace sandport::manifest

// The one interpolation syntax, on one string: ${VAR}, ${VAR:-default}, ${VAR:?message}, $$,
// ${secret:NAME}.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>

#include "host/manifest/environment.hpp"

namespace sandport::manifest {

struct Expanded {
  std::string text;
  bool used_variable = false;  // a value (or default) took the place of a reference
};

// What is wrong with a reference; `offset` is the byte in the text where that reference starts.
struct ExpandError : std::runtime_error {
  ExpandError(std::size_t where, const std::string& message)
      : std::runtime_error(message), offset(where) {}
  std::size_t offset;
};

// `:-` and `:?` also apply to a variable that is set but empty, as in a shell. A default may hold
// further references. `${secret:NAME}` becomes a `secret_reference`; a `$` before anything else
// stays. What a variable holds is never expanded again. Throws ExpandError.
[[nodiscard]] Expanded expand(std::string_view text, const EnvironmentLookup& environment);

}  // namespace sandport::manifest

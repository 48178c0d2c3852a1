// The ways in which a secret's value may stand in a text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sandport {

// The value itself; percent-encoded; as in a JSON string; and what base64, plain and URL-safe,
// makes of it at each of the three places it can have inside longer input. Without repetitions.
[[nodiscard]] std::vector<std::string> secret_forms(std::string_view value);

}  // namespace sandport

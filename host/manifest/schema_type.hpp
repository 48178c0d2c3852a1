// The `type` keyword of a JSON Schema, and how values that came from variables follow it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "host/manifest/node.hpp"

namespace sandport::manifest {

// The types a schema allows; empty when it allows all.
[[nodiscard]] std::vector<std::string> allowed_types(const nlohmann::json& schema);
[[nodiscard]] bool allows(const std::vector<std::string>& types, std::string_view type);
[[nodiscard]] bool fits(const std::vector<std::string>& types, const nlohmann::json& value);
// "a string or an integer".
[[nodiscard]] std::string describe(const std::vector<std::string>& types);

// What `scalar`, made by a variable, is where these types are allowed; `value` when it is no such.
[[nodiscard]] nlohmann::json adapt_to(const std::vector<std::string>& types, const Node& scalar,
                                      const nlohmann::json& value);

}  // namespace sandport::manifest

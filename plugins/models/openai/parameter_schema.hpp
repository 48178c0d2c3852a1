// A tool's input schema as chat-completions servers want it.
#pragma once

#include <nlohmann/json_fwd.hpp>

namespace openai {

// References within the schema are written out (a recursive one becomes an object), and every
// property gets a type where it has none: some servers refuse a schema otherwise.
[[nodiscard]] nlohmann::json to_parameters(const nlohmann::json& input_schema);

}  // namespace openai

// Token counts, as the many servers give them.
#pragma once

#include <nlohmann/json_fwd.hpp>

namespace openai {

// {"input_tokens", "output_tokens", "cached_input_tokens"?, "reasoning_tokens"?}, or null when
// there are no counts in it.
[[nodiscard]] nlohmann::json read_usage(const nlohmann::json& usage);

}  // namespace openai

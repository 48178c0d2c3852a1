// The body of one chat-completions request.
#pragma once

#include <sandport/model.hpp>

#include <string>

#include "options.hpp"
#include "wire_cache.hpp"

namespace openai {

// JSON. Throws std::invalid_argument for a request that cannot be sent.
[[nodiscard]] std::string request_body(const sandport::ChatRequest& request, const Options& options,
                                       WireCache& cache);

}  // namespace openai

// Error objects that come where a reply was expected.
#pragma once

#include <nlohmann/json_fwd.hpp>

namespace openai {

// {"message", "type"?, "code"?} or a text, inside a stream that began with status 200. Throws
// sandport::Error; what looks like the server's own trouble is retryable.
[[noreturn]] void throw_stream_error(const nlohmann::json& error);

}  // namespace openai

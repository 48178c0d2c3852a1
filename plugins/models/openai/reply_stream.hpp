// The body of a response, read to one reply.
#pragma once

#include <sandport/http.hpp>
#include <sandport/model.hpp>

#include <cstddef>
#include <string>

namespace openai {

// Reads server-sent events, or one JSON object from a server that does not stream, and brings text,
// reasoning, tool calls and usage as they come. Returns the result of sp_model.chat. Throws
// SP_INTERRUPTED, retryable, when the stream ends before the reply does.
[[nodiscard]] sandport::Task<std::string> read_reply(sandport::HttpResponse& response,
                                                     sandport::ChatSink& sink,
                                                     std::size_t max_event_bytes);

}  // namespace openai

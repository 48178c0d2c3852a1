// Makes the JSON of messages (abi/model.h) and reads text back out of it.
#pragma once

#include <string>
#include <string_view>

#include "core/model/model.hpp"

namespace sandport {

// Text that is not UTF-8 has its broken bytes replaced.
[[nodiscard]] MessageText system_message(std::string_view text);
[[nodiscard]] MessageText user_message(std::string_view text);

enum class ToolMessageKind { kResult, kError };

// `content_json` is an array of content parts; anything else becomes one text part.
[[nodiscard]] MessageText tool_message(std::string_view tool_call_id, std::string_view content_json,
                                       ToolMessageKind kind);
[[nodiscard]] MessageText tool_error_message(std::string_view tool_call_id, std::string_view text);

// All text parts, one after the other; empty when the text is not a message.
[[nodiscard]] std::string text_of_message(std::string_view message_json);

}  // namespace sandport

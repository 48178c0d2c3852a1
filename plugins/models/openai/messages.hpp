// The ABI's messages and tools in the words of the chat-completions API.
#pragma once

#include <string>
#include <string_view>

namespace openai {

struct MessageStyle {
  std::string reasoning_key = "reasoning_content";  // empty: reasoning is not sent back
  std::string system_role = "system";
};

// One message, JSON to JSON. Throws std::invalid_argument for what is no message.
[[nodiscard]] std::string to_wire_message(std::string_view message, const MessageStyle& style);

// The list of tools, JSON to JSON. Throws std::invalid_argument.
[[nodiscard]] std::string to_wire_tools(std::string_view tools);

}  // namespace openai

// Ids for tool calls of servers that give none.
#pragma once

#include <string>

namespace openai {

// "call_" and 24 letters and digits, unlike any other.
[[nodiscard]] std::string new_call_id();

}  // namespace openai

// Arguments of a tool call, which a model may have written badly.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace openai {

[[nodiscard]] bool is_json_object(const std::string& text);

// Sets "arguments" in call. Nothing counts as {}, and an object that was encoded twice is decoded;
// anything else becomes "arguments_error" and "arguments_text".
void add_arguments(nlohmann::json& call, const std::string& text);

}  // namespace openai

// Reading JSON of a server, where any member may be missing, null or of another type.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

namespace openai {

// Null when object is no object, or has no such member, or it is null.
[[nodiscard]] const nlohmann::json* member(const nlohmann::json& object, const char* key);
// Empty when there is no such text.
[[nodiscard]] std::string text_member(const nlohmann::json& object, const char* key);
[[nodiscard]] std::optional<std::int64_t> integer_member(const nlohmann::json& object,
                                                         const char* key);

// On one line. Bytes that are no UTF-8 become U+FFFD.
[[nodiscard]] std::string to_text(const nlohmann::json& value);

}  // namespace openai

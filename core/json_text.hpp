// JSON values as text.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace sandport {

// On one line, or with two spaces for each level when kIndented. Bytes that are no UTF-8, which
// JSON cannot hold, become U+FFFD.
enum class JsonLayout { kCompact, kIndented };
[[nodiscard]] std::string json_text(const nlohmann::json& value,
                                    JsonLayout layout = JsonLayout::kCompact);
[[nodiscard]] std::string json_text(const nlohmann::ordered_json& value,
                                    JsonLayout layout = JsonLayout::kCompact);

}  // namespace sandport

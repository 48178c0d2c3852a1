// What a COPY may name: a path or pattern that stays inside the context.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace e2b_template {

// What is wrong with a source; nothing when it is right.
[[nodiscard]] std::optional<std::string> source_problem(std::string_view source);

// "./a//b/../c/" becomes "a/c"; the context itself is ".". The source must be right.
[[nodiscard]] std::string normal_source(std::string_view source);

}  // namespace e2b_template

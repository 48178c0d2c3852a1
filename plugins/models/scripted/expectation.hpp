// Whether tool results are what a script expects.
#pragma once

#include <span>
#include <string>

#include "history.hpp"
#include "script.hpp"

namespace scripted {

// Empty when it holds; else one line that says what was expected and what was seen.
[[nodiscard]] std::string unmet(const Expectation& expectation,
                                std::span<const ToolResult> results);

}  // namespace scripted

// Names in messages.
#pragma once

#include <string>
#include <string_view>

namespace e2b_template {

inline std::string in_quotes(std::string_view text) { return '"' + std::string(text) + '"'; }

}  // namespace e2b_template

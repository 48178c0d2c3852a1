// Why a text was not found: what nearly matched.
#pragma once

#include <string>
#include <string_view>

namespace files {

// Continues an error sentence ("; …"), or is empty when nothing comes close.
[[nodiscard]] std::string near_miss(std::string_view content, std::string_view find);

}  // namespace files

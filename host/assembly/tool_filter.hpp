// A toolset of which the manifest wants only some tools.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/tool/toolset.hpp"

namespace sandport {

// Returns the toolset itself when nothing is left out. Throws Error kInvalidArgument when a name is
// none of its tools.
[[nodiscard]] std::shared_ptr<Toolset> filter_tools(
    std::shared_ptr<Toolset> toolset, const std::optional<std::vector<std::string>>& include,
    const std::vector<std::string>& exclude);

}  // namespace sandport

// Which files a COPY takes from the context.
#pragma once

#include <stop_token>
#include <string>

#include "entry.hpp"
#include "ignore_rules.hpp"

namespace e2b_template {

enum class Links { kKept, kFollowed };

// The rules of `context`'s .dockerignore. Throws Error when it is there and cannot be read.
[[nodiscard]] IgnoreRules read_ignore_file(const std::string& context);

// What `pattern` names, folders with everything below them. Blocks. Throws sandport::Error:
// SP_NOT_FOUND when it names nothing; SP_INVALID_ARGUMENT for what a template cannot hold (sockets,
// devices, links that lead out of the context when they are followed, or in circles); Cancelled.
[[nodiscard]] Entries find_entries(const std::string& context, const std::string& pattern,
                                   const IgnoreRules& ignore, Links links,
                                   const std::stop_token& stop);

}  // namespace e2b_template

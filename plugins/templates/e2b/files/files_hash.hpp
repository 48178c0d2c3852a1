// The name under which the service keeps the files of a COPY.
#pragma once

#include <stop_token>
#include <string>
#include <string_view>

#include "entry.hpp"

namespace e2b_template {

// 64 hex digits over the step's words and over every entry's path, mode, size and content: what the
// service's own builders compute, so that they share its cache. Blocks. Throws Error when a file
// cannot be read or is not what it was when it was found; Cancelled.
[[nodiscard]] std::string files_hash(const std::string& source, const std::string& destination,
                                     const std::string& context, const Entries& entries,
                                     const std::stop_token& stop);
// SHA-256 of a text, as hex digits.
[[nodiscard]] std::string text_hash(std::string_view text);

}  // namespace e2b_template

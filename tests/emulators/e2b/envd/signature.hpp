// Signatures of file URLs, version 1.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "tests/emulators/e2b/core/call.hpp"

namespace sandport::e2b_emulator {

enum class FileAccess { kRead, kWrite };

// path and user as in the URL's query; expiration in Unix seconds, as its text.
[[nodiscard]] std::string sign_file_url(std::string_view path, FileAccess access,
                                        std::string_view user, std::string_view token,
                                        const std::optional<std::string>& expiration);
// Whether the URL's signature was made with this token.
[[nodiscard]] bool signed_with(const RequestTarget& target, FileAccess access,
                               std::string_view token);
// The token in the header, or a signature that has not expired. Throws HttpFailure 401.
void check_file_access(const Call& call, FileAccess access);

}  // namespace sandport::e2b_emulator

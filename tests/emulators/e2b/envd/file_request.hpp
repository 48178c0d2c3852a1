// What a request to /files names: who, and which path.
#pragma once

#include <string>

#include "tests/emulators/e2b/core/call.hpp"
#include "tests/emulators/e2b/envd/guest_user.hpp"

namespace sandport::e2b_emulator {

// Of the query. Throws HttpFailure 401 for an unknown user, 400 where an old envd has no default.
[[nodiscard]] GuestUser file_user(const Call& call, const std::optional<std::string>& name);
// As resolve_guest_path(), with HttpFailure 400.
[[nodiscard]] std::string file_path(std::string_view path, const GuestUser& user);
// The HTTP form of an error of the file system: 400, 404, 507 or 500.
[[nodiscard]] HttpFailure file_failure(const Error& error, const std::string& path);

}  // namespace sandport::e2b_emulator

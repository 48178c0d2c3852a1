// The accounts that every emulated sandbox has.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "tests/emulators/e2b/core/call.hpp"

namespace sandport::e2b_emulator {

struct GuestUser {
  std::string name;
  std::string home;
  unsigned uid = 0;
};

[[nodiscard]] std::optional<GuestUser> find_guest_user(std::string_view name);
// Of an RPC: as its Basic authorization says, else `user`. Throws HttpFailure 401 for an unknown
// one, and ConnectFailure kUnauthenticated where an envd this old knows no default.
[[nodiscard]] GuestUser rpc_user(const Call& call);

// `~`, relative and empty paths begin at home. Not normalised, as envd's are not. Throws
// ConnectFailure kInvalidArgument for `~somebody`.
[[nodiscard]] std::string resolve_guest_path(std::string_view path, const GuestUser& user);

}  // namespace sandport::e2b_emulator

#include "tests/emulators/e2b/envd/guest_user.hpp"

#include "core/sandbox/path.hpp"
#include "tests/emulators/e2b/envd/base64_decode.hpp"

namespace sandport::e2b_emulator {

std::optional<GuestUser> find_guest_user(std::string_view name) {
  if (name == "user") return GuestUser{"user", "/home/user", 1000};
  if (name == "root") return GuestUser{"root", "/root", 0};
  return std::nullopt;
}

GuestUser rpc_user(const Call& call) {
  const std::string authorization = call.header("Authorization");
  std::string name;
  if (authorization.starts_with("Basic ")) {
    const auto pair = base64_decode(std::string_view(authorization).substr(6));
    if (!pair) throw HttpFailure(401, "invalid authorization");
    name = pair->substr(0, pair->find(':'));
  } else if (call.world.at_least("0.4.0")) {
    name = "user";
  } else {
    throw ConnectFailure(Code::kUnauthenticated, "no user specified");
  }
  auto user = find_guest_user(name);
  if (!user) throw ConnectFailure(Code::kUnauthenticated, "invalid username: '" + name + "'");
  return *user;
}

std::string resolve_guest_path(std::string_view path, const GuestUser& user) {
  if (path.find('\0') != std::string_view::npos) {
    throw ConnectFailure(Code::kInvalidArgument, "the path has a NUL byte");
  }
  if (path.starts_with('/')) return std::string(path);
  if (path.empty()) return user.home;
  if (path.starts_with('~')) {
    if (path.size() > 1 && path[1] != '/') {
      throw ConnectFailure(Code::kInvalidArgument, "failed to expand path '" + std::string(path) +
                                                       "' for user '" + user.name +
                                                       "': cannot expand user-specific home dir");
    }
    path.remove_prefix(1);
    return normalize_path(user.home + std::string(path), "/", "/");
  }
  return normalize_path(user.home + "/" + std::string(path), "/", "/");
}

}  // namespace sandport::e2b_emulator

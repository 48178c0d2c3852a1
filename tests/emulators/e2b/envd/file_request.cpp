#include "tests/emulators/e2b/envd/file_request.hpp"

namespace sandport::e2b_emulator {

GuestUser file_user(const Call& call, const std::optional<std::string>& name) {
  if (!name && !call.world.at_least("0.4.0")) throw HttpFailure(400, "no user specified");
  const std::string wanted = name.value_or("user");
  auto user = find_guest_user(wanted);
  if (!user) {
    throw HttpFailure(401, "error looking up user '" + wanted + "': user: unknown user " + wanted);
  }
  return *user;
}

std::string file_path(std::string_view path, const GuestUser& user) {
  try {
    return resolve_guest_path(path, user);
  } catch (const ConnectFailure& failure) {
    throw HttpFailure(400, std::string("error resolving path: ") + failure.what());
  }
}

HttpFailure file_failure(const Error& error, const std::string& path) {
  if (error.reason() == "EISDIR") return {400, "path '" + path + "' is a directory"};
  if (error.reason() == "ENOSPC" || error.reason() == "EDQUOT") {
    return {507, "not enough disk space available"};
  }
  if (error.code() == Code::kNotFound) return {404, "path '" + path + "' does not exist"};
  return {500, error.what()};
}

}  // namespace sandport::e2b_emulator

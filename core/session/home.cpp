#include "core/session/home.hpp"

#include <fmt/format.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string>
#include <system_error>
#include <vector>

#include "core/error.hpp"

namespace sandport {
namespace {

std::filesystem::path variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::filesystem::path{} : std::filesystem::path{value};
}

std::filesystem::path user_home() {
  if (auto home = variable("HOME"); home.is_absolute()) {
    return home;
  }
  std::vector<char> buffer(16 * 1024);
  passwd entry{};
  passwd* found = nullptr;
  if (getpwuid_r(getuid(), &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr) {
    return found->pw_dir;
  }
  return {};
}

[[noreturn]] void fail(const std::filesystem::path& directory, int error) {
  const bool full = error == ENOSPC || error == EDQUOT;
  throw Error(
      full ? Code::kResourceExhausted : Code::kPermissionDenied,
      fmt::format("cannot make the state directory {}: {}; set SANDPORT_HOME to a directory "
                  "that can be written",
                  directory.string(), std::generic_category().message(error)));
}

}  // namespace

std::filesystem::path home_directory() {
  if (auto own = variable("SANDPORT_HOME"); !own.empty()) {
    if (!own.is_absolute()) {
      throw Error(Code::kFailedPrecondition,
                  fmt::format("SANDPORT_HOME is {}, which is not an absolute path", own.string()));
    }
    return own;
  }
  // The XDG specification tells us to ignore a relative value.
  if (auto state = variable("XDG_STATE_HOME"); state.is_absolute()) {
    return state / "sandport";
  }
  if (auto home = user_home(); home.is_absolute()) {
    return home / ".local" / "state" / "sandport";
  }
  throw Error(Code::kFailedPrecondition,
              "no home directory is known: set SANDPORT_HOME to an absolute path");
}

void make_private_directory(const std::filesystem::path& directory) {
  std::filesystem::path made;
  for (const auto& part : directory) {
    made /= part;
    // mkdir's mode only ever loses bits to the umask, so the directory is never wider than this.
    if (::mkdir(made.c_str(), 0700) == 0) {
      ::chmod(made.c_str(), 0700);
      continue;
    }
    const int error = errno;
    std::error_code ignored;
    if (!std::filesystem::is_directory(made, ignored)) {
      fail(directory, error == EEXIST ? ENOTDIR : error);
    }
  }
}

}  // namespace sandport

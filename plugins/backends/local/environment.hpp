// The environment and the identity that commands get.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "process/spawn.hpp"

namespace sandport_local {

using Environment = std::map<std::string, std::string>;

// The host's variables that `names` allows; a name may end in "*". Only when a plugin instance is
// made: reading the environment is not safe beside setenv.
[[nodiscard]] Environment inherited_environment(const std::vector<std::string>& names);

struct User {
  Identity identity;
  std::string name;
  std::string home;
  std::string shell;
  bool is_current = false;
};

// By name or number. Throws sandport::Error: SP_NOT_FOUND for no such user, SP_PERMISSION_DENIED
// when this program may not become it.
[[nodiscard]] User find_user(const std::string& name);

// The user that this program runs as; its name may be a number.
[[nodiscard]] std::string current_user_name();
[[nodiscard]] std::string current_home();

// Throws sandport::Error for a name that is empty or has "=".
void add_variables(Environment* environment,
                   const std::vector<std::pair<std::string, std::string>>& variables);

// "NAME=value" each.
[[nodiscard]] std::vector<std::string> to_strings(const Environment& environment);

}  // namespace sandport_local

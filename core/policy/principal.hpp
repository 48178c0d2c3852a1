// The part of a tool call's arguments that permission rules are about.
#pragma once

#include <string>
#include <vector>

#include "core/policy/policy.hpp"

namespace sandport {

struct Principal {
  enum class Kind {
    kCommand,  // bash_run: the command line
    kPaths,    // fs_*: absolute, normal paths; kUnknownText at the start of one that is not known
    kTexts,    // any other tool: every string among its arguments
    kUnreadable,  // the arguments are not what the tool takes
  };
  Kind kind = Kind::kUnreadable;
  std::vector<std::string> values;
};

[[nodiscard]] Principal principal_of(const PolicyRequest& request);

}  // namespace sandport

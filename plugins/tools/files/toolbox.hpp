// What all tools of one instance share.
#pragma once

#include "options.hpp"
#include "path_locks.hpp"

namespace files {

struct Toolbox {
  Options options;
  PathLocks locks;
};

}  // namespace files

// openat2(2) with RESOLVE_BENEATH, which libc does not wrap.
#pragma once

#include <string>

namespace sandport_local {

// A descriptor, or -1 with errno: EXDEV when the way would lead out of directory (or through an
// absolute symlink), ENOSYS where the kernel lacks the call.
[[nodiscard]] int open_beneath(int directory, const std::string& path, int flags);

}  // namespace sandport_local

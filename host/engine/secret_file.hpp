// Reads a secret from a file that nobody but its owner may read.
#pragma once

#include <optional>
#include <string>

namespace sandport {

// The content less one line end, or nothing when there is no such file. Throws Error
// kPermissionDenied when group or others may read it, or it belongs to neither us nor root;
// kFailedPrecondition when it cannot be read, is no regular file, or is over 1 MiB.
[[nodiscard]] std::optional<std::string> read_secret_file(const std::string& path);

}  // namespace sandport

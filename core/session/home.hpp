// Where Sandport keeps its state, and how a directory there is made private.
#pragma once

#include <filesystem>

namespace sandport {

// $SANDPORT_HOME, else $XDG_STATE_HOME/sandport, else ~/.local/state/sandport. Nothing is created.
// Throws kFailedPrecondition when none of them can be known, or when $SANDPORT_HOME is relative.
[[nodiscard]] std::filesystem::path home_directory();

// Makes `directory` and its missing parents, readable by their owner only (0700) whatever the
// umask. A directory that exists keeps its mode. Throws kPermissionDenied or kResourceExhausted.
void make_private_directory(const std::filesystem::path& directory);

}  // namespace sandport

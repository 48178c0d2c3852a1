// The file system inside a sandbox, as absolute paths there mean it.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "tests/emulators/e2b/core/emulated_sandbox.hpp"

namespace sandport::e2b_emulator {

// Works on the files below the sandbox's root, through core's interface. Symlinks with absolute
// targets, which would lead out of that root, are followed inside. Errors are core's.
class GuestFiles {
 public:
  explicit GuestFiles(EmulatedSandbox& sandbox) : sandbox_(sandbox) {}

  [[nodiscard]] FileSystem& files() { return sandbox_.sandbox->files(); }

  // Where a path lies on this machine, by its words; a path that lies below the root already is
  // itself, for commands that see this machine.
  [[nodiscard]] std::string outside(std::string_view path) const;
  [[nodiscard]] std::string inside(std::string_view path) const;

  // The path without symlinks, but perhaps the last. Throws kNotFound, and kFailedPrecondition for
  // a chain without end.
  [[nodiscard]] Task<std::string> resolve(std::string path, Symlinks last);
  // As resolve(), with the last name, and what is missing above it, taken as they are.
  [[nodiscard]] Task<std::string> resolve_new(std::string path);

  [[nodiscard]] Task<FileEntry> stat(std::string path, Symlinks symlinks);
  // mkdir -p. Throws kFailedPrecondition where a file is in the way.
  [[nodiscard]] Task<void> make_parents(std::string path);

 private:
  EmulatedSandbox& sandbox_;
};

}  // namespace sandport::e2b_emulator

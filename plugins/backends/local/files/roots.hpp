// The directories that file operations may touch, and the way from a path to a place in them.
//
// Confinement does not rest on comparing strings: every step is taken from an open directory with
// openat2(RESOLVE_BENEATH), or component by component without following links, so a symlink or a
// rename made meanwhile by a command cannot lead outside.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

#include "unique_fd.hpp"

namespace sandport_local {

enum class Access { kReadOnly, kReadWrite };
enum class LastLink { kFollow, kKeep };
enum class Resolver { kKernel, kWalk };

struct Root {
  std::string path;   // real path, without symlinks
  std::string given;  // as the user wrote it; accepted as another name of path
  Access access = Access::kReadWrite;
  dev_t device = 0;
  ino_t inode = 0;
  bool has_nested = false;  // another root lies inside this one

  // O_PATH, for one operation: thousands of sandboxes may be open at once. Throws PosixError, also
  // when another directory has taken the place of the one that was there at first.
  [[nodiscard]] UniqueFd open() const;
};

// Where a path leads: `name` in the open directory `directory`. name is never a symlink when the
// last link was followed, and "." for a root itself.
struct Location {
  UniqueFd directory;  // O_PATH
  std::string name;
  std::string path;  // absolute, as it was found
  const Root* root = nullptr;

  [[nodiscard]] bool is_root() const { return name == "."; }
};

// Immutable after construction; any thread.
class Roots {
 public:
  struct Spec {
    std::string path;
    Access access = Access::kReadWrite;
  };

  // Looks at every directory; throws PosixError when one is missing. kWalk never uses openat2; the
  // default falls back to it where the kernel has no openat2.
  explicit Roots(const std::vector<Spec>& specs, Resolver resolver = Resolver::kKernel);

  // path: absolute bytes. Throws PosixError: EACCES outside of every root, ENOENT when a directory
  // on the way is missing (the last name need not exist), ENOTDIR, ELOOP.
  [[nodiscard]] Location locate(std::string_view path, LastLink last) const;

  // The same, and throws EROFS when the place is read-only to us.
  [[nodiscard]] Location locate_for_change(std::string_view path, LastLink last) const;

  // The root that path lies in by its words alone, or null.
  [[nodiscard]] const Root* find(std::string_view path) const;

 private:
  [[nodiscard]] Location locate_by_kernel(const Root& root, std::string_view path,
                                          std::string_view rest) const;
  [[noreturn]] void refuse(std::string_view path) const;
  friend class Walker;

  std::vector<Root> roots_;
  Resolver resolver_;
};

// Whether path is directory or something in it, by their words.
[[nodiscard]] bool lies_in(std::string_view path, std::string_view directory);

// Throws PosixError EINVAL unless path is absolute and free of NUL bytes.
void require_absolute(std::string_view path);

}  // namespace sandport_local

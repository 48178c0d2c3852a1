// Lists a directory, some levels deep, in batches of bounded size.
#pragma once

#include <dirent.h>

#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "files/file_system.hpp"
#include "files/roots.hpp"

namespace sandport_local {

// Holds one open directory at a time, however deep the tree. What vanishes or cannot be entered
// below the first level is left out without an error.
class Lister {
 public:
  // Throws PosixError when path is no readable directory.
  Lister(const Roots& roots, std::string_view path, std::uint32_t depth);
  ~Lister();
  Lister(const Lister&) = delete;
  Lister& operator=(const Lister&) = delete;

  // Up to `most` entries; empty at the end.
  [[nodiscard]] std::vector<Entry> next(std::size_t most);

 private:
  struct Pending {
    std::string rest;  // relative to base_, "." for itself
    std::uint32_t level;
  };
  struct CloseDirectory {
    void operator()(DIR* directory) const { ::closedir(directory); }
  };

  bool open_next();
  [[nodiscard]] UniqueFd open_pending(const Pending& pending) const;

  UniqueFd base_;
  std::string path_;  // without a slash at its end; "" for "/"
  std::uint32_t depth_;
  std::deque<Pending> pending_;
  Pending current_{};
  std::unique_ptr<DIR, CloseDirectory> directory_;
};

}  // namespace sandport_local

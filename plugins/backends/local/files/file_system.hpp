// Files under the allowed roots: plain blocking POSIX, one call each.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "files/roots.hpp"

namespace sandport_local {

enum class EntryType { kRegular, kDirectory, kSymlink, kOther };

struct Entry {
  EntryType type = EntryType::kOther;
  std::uint32_t mode = 0;
  std::uint32_t links = 0;
  std::uint64_t size = 0;
  std::int64_t modified_ns = 0;
  std::uint64_t inode = 0;
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::string name;
  std::string path;
  std::string symlink_target;
};

// All throw PosixError. Any thread; nothing is kept between calls. Messages name the asked path.
[[nodiscard]] Entry stat_path(const Roots& roots, std::string_view path, LastLink last);
void make_directory(const Roots& roots, std::string_view path, std::uint32_t mode);
// Also the missing ones above it; an existing directory is fine.
void make_directories(const Roots& roots, std::string_view path, std::uint32_t mode);
// A file, a symlink or an empty directory. Never follows a symlink at the end.
void remove_one(const Roots& roots, std::string_view path);
// kOverride: directories that forbid it are made writable first, for trees that are ours.
enum class Permissions { kRespect, kOverride };
void remove_tree(const Roots& roots, std::string_view path,
                 Permissions permissions = Permissions::kRespect);
void rename_path(const Roots& roots, std::string_view from, std::string_view to);
void change_mode(const Roots& roots, std::string_view path, std::uint32_t mode);

// Opens a regular file (or, where a command made one, refuses anything that could block) to read.
[[nodiscard]] UniqueFd open_for_read(const Roots& roots, std::string_view path);
// Opens or creates a regular file for O_APPEND writes. exclusive: EEXIST when it is there.
enum class Existing { kAccept, kRefuse };
[[nodiscard]] UniqueFd open_for_append(const Roots& roots, std::string_view path, Existing existing,
                                       std::uint32_t mode);

// stat of name in directory, without following it.
[[nodiscard]] Entry entry_at(int directory, const std::string& name, const std::string& path);

// Writes all of bytes; throws PosixError naming path.
void write_fully(int fd, std::string_view bytes, std::string_view path);

}  // namespace sandport_local

// What a file is, what watching and searching bring: used by tools and by backends.
#pragma once

#include <sandport/abi.h>
#include <sandport/exec.hpp>
#include <sandport/text.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace sandport {
inline namespace v1 {

enum class FileType : std::uint32_t {
  kRegular = SP_FILE_REGULAR,
  kDirectory = SP_FILE_DIRECTORY,
  kSymlink = SP_FILE_SYMLINK,
  kOther = SP_FILE_OTHER,
};

// Names and paths are bytes.
struct Entry {
  // Not an aggregate: g++ 12 destroys those twice inside an awaited expression.
  Entry() = default;

  FileType type = FileType::kOther;
  std::uint32_t mode = 0;  // permission bits, 07777
  std::uint32_t links = 1;
  std::uint64_t size = 0;
  std::int64_t modified_ns = 0;  // since the Unix epoch
  std::uint64_t inode = 0;       // 0 when unknown
  std::uint32_t uid = UINT32_MAX;
  std::uint32_t gid = UINT32_MAX;
  std::string name;
  std::string path;  // absolute
  std::string symlink_target;
};

enum class Symlinks { kFollow, kNoFollow };

struct WriteOptions {
  std::uint32_t mode = 0;  // 0: 0666 less the umask, or the existing file's
  bool append = false;     // otherwise the content is replaced, at once for every reader
  bool exclusive = false;  // SP_ALREADY_EXISTS when it exists
  bool parents = false;    // make missing parent directories
};

struct MkdirOptions {
  std::uint32_t mode = 0;  // 0: 0777 less the umask
  bool parents = false;    // also accepts an existing directory
};

enum class RemoveMode { kSingle, kRecursive };

struct GlobRequest {
  GlobRequest() = default;

  std::string root;         // absolute directory
  std::string pattern;      // relative; *, ?, [a-z], and ** for any number of directories
  std::uint64_t limit = 0;  // 0: all
  bool ignore_case = false;
  bool files_only = false;
  bool no_dot_files = false;
};

struct GrepRequest {
  GrepRequest() = default;

  std::string root;     // absolute file or directory
  std::string pattern;  // regular expression, or text when fixed
  std::string glob;     // only files whose path matches; empty: all
  std::uint32_t before = 0;
  std::uint32_t after = 0;
  std::uint64_t limit = 0;  // 0: all
  bool ignore_case = false;
  bool fixed = false;
  bool multiline = false;
  bool files_only = false;   // matches bring only paths
  bool counts_only = false;  // number is the count of a file
};

struct Match {
  Match() = default;
  Match(std::string where, std::uint64_t line_number, std::string text, bool is_context = false)
      : path(std::move(where)), number(line_number), line(std::move(text)), context(is_context) {}

  std::string path;
  std::uint64_t number = 0;  // line, from 1
  std::string line;          // bytes, without its end
  bool context = false;      // a line beside a match
};

enum class WatchType : std::uint32_t {
  kCreate = SP_WATCH_CREATE,
  kWrite = SP_WATCH_WRITE,
  kRemove = SP_WATCH_REMOVE,
  kRename = SP_WATCH_RENAME,
  kChmod = SP_WATCH_CHMOD,
  kOverflow = SP_WATCH_OVERFLOW,
  kReady = SP_WATCH_READY,
};

// With constructors, so not an aggregate: g++ 12 destroys those twice inside an awaited expression.
struct WatchEvent {
  WatchEvent() = default;
  WatchEvent(WatchType what, std::string where) : type(what), path(std::move(where)) {}

  WatchType type = WatchType::kReady;
  std::string path;
};

namespace detail {

// Borrows from `entry`.
[[nodiscard]] inline sp_entry to_abi(const Entry& entry) noexcept {
  sp_entry raw{};
  raw.struct_size = kStructSize<sp_entry>;
  raw.type = static_cast<std::uint32_t>(entry.type);
  raw.mode = entry.mode;
  raw.links = entry.links;
  raw.size = entry.size;
  raw.modified_ns = entry.modified_ns;
  raw.inode = entry.inode;
  raw.uid = entry.uid;
  raw.gid = entry.gid;
  raw.name = to_str(entry.name);
  raw.path = to_str(entry.path);
  raw.symlink_target = to_str(entry.symlink_target);
  return raw;
}

[[nodiscard]] inline Entry to_entry(sp_bytes bytes) {
  const auto raw = read_struct<sp_entry>(bytes, "sp_entry");
  Entry entry;
  entry.type = static_cast<FileType>(raw.type);
  entry.mode = raw.mode;
  entry.links = raw.links;
  entry.size = raw.size;
  entry.modified_ns = raw.modified_ns;
  entry.inode = raw.inode;
  entry.uid = raw.uid;
  entry.gid = raw.gid;
  entry.name = to_string(raw.name);
  entry.path = to_string(raw.path);
  entry.symlink_target = to_string(raw.symlink_target);
  return entry;
}

[[nodiscard]] inline GlobRequest from_abi(const sp_glob& raw) {
  GlobRequest request;
  request.root = to_string(raw.root);
  request.pattern = to_string(raw.pattern);
  request.limit = raw.limit;
  request.ignore_case = (raw.flags & SP_GLOB_IGNORE_CASE) != 0;
  request.files_only = (raw.flags & SP_GLOB_FILES_ONLY) != 0;
  request.no_dot_files = (raw.flags & SP_GLOB_NO_DOT_FILES) != 0;
  return request;
}

[[nodiscard]] inline sp_glob to_abi(const GlobRequest& request) noexcept {
  sp_glob raw{};
  raw.struct_size = kStructSize<sp_glob>;
  raw.flags = flag(request.ignore_case, SP_GLOB_IGNORE_CASE) |
              flag(request.files_only, SP_GLOB_FILES_ONLY) |
              flag(request.no_dot_files, SP_GLOB_NO_DOT_FILES);
  raw.root = to_str(request.root);
  raw.pattern = to_str(request.pattern);
  raw.limit = request.limit;
  return raw;
}

[[nodiscard]] inline GrepRequest from_abi(const sp_grep& raw) {
  GrepRequest request;
  request.root = to_string(raw.root);
  request.pattern = to_string(raw.pattern);
  request.glob = to_string(raw.glob);
  request.before = raw.before;
  request.after = raw.after;
  request.limit = raw.limit;
  request.ignore_case = (raw.flags & SP_GREP_IGNORE_CASE) != 0;
  request.fixed = (raw.flags & SP_GREP_FIXED) != 0;
  request.multiline = (raw.flags & SP_GREP_MULTILINE) != 0;
  request.files_only = (raw.flags & SP_GREP_FILES) != 0;
  request.counts_only = (raw.flags & SP_GREP_COUNT) != 0;
  return request;
}

[[nodiscard]] inline sp_grep to_abi(const GrepRequest& request) noexcept {
  sp_grep raw{};
  raw.struct_size = kStructSize<sp_grep>;
  raw.flags = flag(request.ignore_case, SP_GREP_IGNORE_CASE) | flag(request.fixed, SP_GREP_FIXED) |
              flag(request.multiline, SP_GREP_MULTILINE) | flag(request.files_only, SP_GREP_FILES) |
              flag(request.counts_only, SP_GREP_COUNT);
  raw.root = to_str(request.root);
  raw.pattern = to_str(request.pattern);
  raw.glob = to_str(request.glob);
  raw.before = request.before;
  raw.after = request.after;
  raw.limit = request.limit;
  return raw;
}

[[nodiscard]] inline Match to_match(sp_bytes bytes) {
  const auto raw = read_struct<sp_match>(bytes, "sp_match");
  return {to_string(raw.path), raw.number, to_string(raw.line), raw.context != 0};
}

[[nodiscard]] inline WatchEvent to_watch_event(sp_bytes bytes) {
  const auto raw = read_struct<sp_watch_event>(bytes, "sp_watch_event");
  return {static_cast<WatchType>(raw.type), to_string(raw.path)};
}

// The bytes of a struct of the ABI, to emit.
template <class Raw>
[[nodiscard]] std::string_view struct_view(const Raw& raw) noexcept {
  return {reinterpret_cast<const char*>(&raw), sizeof raw};
}

}  // namespace detail

// Called by the SDK to end an operation whose result is an Entry.
inline void finish(sp_sink* sink, const Entry& entry) {
  const auto raw = detail::to_abi(entry);
  const auto status = detail::plain_status(SP_OK, {});
  sink->done(sink, &status, sp_bytes{&raw, sizeof raw});
}

}  // namespace v1
}  // namespace sandport

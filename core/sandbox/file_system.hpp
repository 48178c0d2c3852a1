// Files in a sandbox. Paths are absolute there, and bytes.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.hpp"
#include "core/task.hpp"

namespace sandport {

enum class FileType { kRegular, kDirectory, kSymlink, kOther };

struct FileEntry {
  FileType type = FileType::kOther;
  std::uint32_t mode = 0;  // permission bits
  std::uint32_t links = 0;
  std::uint64_t size = 0;
  std::int64_t modified_ns = 0;  // since the Unix epoch
  std::uint64_t inode = 0;       // 0 when unknown
  std::uint32_t uid = UINT32_MAX;
  std::uint32_t gid = UINT32_MAX;
  std::string name;
  std::string path;
  std::string symlink_target;
};

enum class Symlinks { kFollow, kNoFollow };
enum class WriteMode { kReplace, kAppend, kExclusive };
enum class Parents { kRequire, kCreate };
enum class Removal { kSingle, kRecursive };

constexpr std::uint64_t kWholeFile = UINT64_MAX;

// Errors are Error with the code of fs.h's table and the errno's name as reason().
class FileSystem {
 public:
  virtual ~FileSystem() = default;

  [[nodiscard]] virtual Task<FileEntry> stat(std::string path,
                                             Symlinks symlinks = Symlinks::kFollow) = 0;
  [[nodiscard]] virtual Task<std::unique_ptr<ByteStream>> read(
      std::string path, std::uint64_t offset = 0, std::uint64_t limit = kWholeFile) = 0;
  // kReplace is atomic: readers see the old content or the new. mode 0: as the existing file, else
  // 0666 less the umask. size: UINT64_MAX when unknown.
  [[nodiscard]] virtual Task<FileEntry> write(std::string path, std::unique_ptr<ByteStream> content,
                                              std::uint64_t size, WriteMode mode,
                                              Parents parents = Parents::kRequire,
                                              std::uint32_t permissions = 0) = 0;
  // Children down to depth levels; symlinks are listed, not followed; unordered.
  [[nodiscard]] virtual Task<std::vector<FileEntry>> list(std::string path,
                                                          std::uint32_t depth = 1) = 0;
  // With kCreate an existing directory is accepted too.
  [[nodiscard]] virtual Task<void> mkdir(std::string path, Parents parents = Parents::kRequire,
                                         std::uint32_t permissions = 0) = 0;
  [[nodiscard]] virtual Task<void> remove(std::string path, Removal removal = Removal::kSingle) = 0;
  [[nodiscard]] virtual Task<void> rename(std::string from, std::string to) = 0;
  [[nodiscard]] virtual Task<void> set_mode(std::string path, std::uint32_t permissions) = 0;
};

// The whole of a stream. Throws kResourceExhausted past `limit` bytes.
[[nodiscard]] Task<std::string> read_all(ByteStream& stream, std::uint64_t limit = UINT64_MAX);

}  // namespace sandport

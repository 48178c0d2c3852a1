// Writing a backend, part two: the files of a sandbox.
#pragma once

#include <sandport/abi.h>
#include <sandport/bytes_reader.hpp>
#include <sandport/entry.hpp>
#include <sandport/error.hpp>
#include <sandport/operation.hpp>
#include <sandport/task.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace sandport {
inline namespace v1 {

// Where read() sends content. The receiver may pause it.
class DataOutput {
 public:
  explicit DataOutput(Emitter& emitter) noexcept : emitter_(emitter) {}
  // Sends `bytes` in events of at most 256 KiB. Borrowed until the Task ends.
  [[nodiscard]] Task<void> write(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto piece = bytes.substr(0, kMostPerEvent);
      co_await emitter_.emit(SP_CHANNEL_DATA, piece);
      bytes.remove_prefix(piece.size());
    }
  }
  void write_blocking(std::string_view bytes) {
    for (; !bytes.empty();
         bytes.remove_prefix(bytes.size() < kMostPerEvent ? bytes.size() : kMostPerEvent)) {
      emitter_.emit_blocking(SP_CHANNEL_DATA, bytes.substr(0, kMostPerEvent));
    }
  }
  [[nodiscard]] Emitter& emitter() noexcept { return emitter_; }

  static constexpr std::size_t kMostPerEvent = 256u * 1024u;

 private:
  Emitter& emitter_;
};

// Where list() sends what it finds.
class EntryOutput {
 public:
  explicit EntryOutput(Emitter& emitter) noexcept : emitter_(emitter) {}
  [[nodiscard]] Task<void> write(Entry entry) { return write(emitter_, std::move(entry)); }
  void write_blocking(const Entry& entry) {
    const auto raw = detail::to_abi(entry);
    emitter_.emit_blocking(SP_CHANNEL_ENTRY, detail::struct_view(raw));
  }
  [[nodiscard]] Emitter& emitter() noexcept { return emitter_; }

 private:
  static Task<void> write(Emitter& emitter, Entry entry) {
    const auto raw = detail::to_abi(entry);
    co_await emitter.emit(SP_CHANNEL_ENTRY, detail::struct_view(raw));
  }
  Emitter& emitter_;
};

// Paths are absolute inside the sandbox and normalised. Errors carry errno's name, see
// errno_error.hpp. For blocking code: `return on_pool(host, [=] { … });`.
class FileSystem {
 public:
  FileSystem() = default;
  FileSystem(const FileSystem&) = delete;
  FileSystem& operator=(const FileSystem&) = delete;
  virtual ~FileSystem() = default;

  [[nodiscard]] virtual Task<Entry> stat(std::string path, Symlinks symlinks) = 0;
  // From `offset`, at most `limit` bytes (SP_READ_ALL). At or past the end: nothing, and no error.
  [[nodiscard]] virtual Task<void> read(std::string path, std::uint64_t offset, std::uint64_t limit,
                                        DataOutput& output) = 0;
  // `size` is UINT64_MAX when unknown. A failed write leaves the old content.
  [[nodiscard]] virtual Task<Entry> write(std::string path, WriteOptions options, Reader content,
                                          std::uint64_t size) = 0;
  // Children to `depth` levels; symlinks are listed, not followed.
  [[nodiscard]] virtual Task<void> list(std::string path, std::uint32_t depth,
                                        EntryOutput& output) = 0;
  [[nodiscard]] virtual Task<void> mkdir(std::string path, MkdirOptions options) = 0;
  // Never follows a symlink at the end of path.
  [[nodiscard]] virtual Task<void> remove(std::string path, RemoveMode mode) = 0;
  [[nodiscard]] virtual Task<void> rename(std::string from, std::string to) = 0;
  [[nodiscard]] virtual Task<void> set_mode(std::string path, std::uint32_t mode) {
    static_cast<void>(mode);
    throw Error(SP_UNIMPLEMENTED, "cannot change the mode of " + path);
  }
};

}  // namespace v1
}  // namespace sandport

// Opens files that only their owner may read, and owns their descriptors.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <utility>

namespace sandport {

// Closes what it holds. -1 is nothing.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int descriptor) : descriptor_(descriptor) {}
  FileDescriptor(FileDescriptor&& other) noexcept
      : descriptor_(std::exchange(other.descriptor_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~FileDescriptor();

  [[nodiscard]] int get() const { return descriptor_; }

 private:
  int descriptor_ = -1;
};

// Opens for reading and writing, making the file when it is missing; 0600 in both cases, whatever
// the umask. Throws kPermissionDenied, kResourceExhausted, or kFailedPrecondition when the name is
// taken by something else.
[[nodiscard]] FileDescriptor open_private_file(const std::filesystem::path& file);

// A file that takes its name when it is complete, 0600, in place of what had the name before:
// nobody ever sees half of it. A name that is a link stays one. Destroyed without commit(), it
// leaves no trace.
class PrivateReplacement {
 public:
  // Throws kPermissionDenied, kResourceExhausted or kFailedPrecondition.
  explicit PrivateReplacement(const std::filesystem::path& file);
  ~PrivateReplacement();
  PrivateReplacement(const PrivateReplacement&) = delete;
  PrivateReplacement& operator=(const PrivateReplacement&) = delete;

  [[nodiscard]] std::ostream& stream() { return stream_; }
  // Throws kResourceExhausted when not everything could be written; then the old file stays.
  void commit();

 private:
  std::filesystem::path file_;
  std::string temporary_;  // empty: no more there
  std::ofstream stream_;
};

}  // namespace sandport

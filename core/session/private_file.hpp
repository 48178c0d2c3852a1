// Opens files that only their owner may read, and owns their descriptors.
#pragma once

#include <filesystem>
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

}  // namespace sandport

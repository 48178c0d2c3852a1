// Owns a file descriptor.
#pragma once

#include <unistd.h>

#include <utility>

namespace e2b_template {

class UniqueFile {
 public:
  UniqueFile() = default;
  explicit UniqueFile(int descriptor) : descriptor_(descriptor) {}
  UniqueFile(UniqueFile&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  UniqueFile& operator=(UniqueFile&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  UniqueFile(const UniqueFile&) = delete;
  UniqueFile& operator=(const UniqueFile&) = delete;
  ~UniqueFile() {
    if (descriptor_ >= 0) close(descriptor_);
  }

  [[nodiscard]] int get() const { return descriptor_; }
  explicit operator bool() const { return descriptor_ >= 0; }

 private:
  int descriptor_ = -1;
};

}  // namespace e2b_template

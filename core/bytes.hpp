// Streams of bytes, pulled chunk by chunk.
#pragma once

#include <string>
#include <utility>

#include "core/task.hpp"

namespace sandport {

// One reader at a time. Destroying it before its end cancels what feeds it.
class ByteStream {
 public:
  virtual ~ByteStream() = default;

  // The next chunk; empty at the end. Throws Error when the source breaks.
  [[nodiscard]] virtual Task<std::string> next() = 0;
};

// A stream over text that is already here.
class StringStream final : public ByteStream {
 public:
  explicit StringStream(std::string text) : text_(std::move(text)) {}

  Task<std::string> next() override { co_return std::exchange(text_, {}); }

 private:
  std::string text_;
};

}  // namespace sandport

// A plugin's sp_reader as a stream of ours.
#pragma once

#include <sandport/abi.h>

#include <memory>
#include <string>

#include "core/bytes.hpp"

namespace sandport::adapt {

class ReaderImport final : public ByteStream {
 public:
  // Owns the reader, until disown().
  explicit ReaderImport(sp_reader* reader);
  ~ReaderImport() override;
  ReaderImport(const ReaderImport&) = delete;
  ReaderImport& operator=(const ReaderImport&) = delete;

  // The reader stays the plugin's.
  void disown() { reader_ = nullptr; }

  // Throws Error kDataLoss when the source broke.
  Task<std::string> next() override;

 private:
  struct State;
  static void on_ready(void* context) noexcept;

  sp_reader* reader_;
  std::shared_ptr<State> state_;
};

// A stream that many may hold, and one reads.
class SharedStream final : public ByteStream {
 public:
  explicit SharedStream(std::shared_ptr<ByteStream> stream) : stream_(std::move(stream)) {}
  Task<std::string> next() override { return stream_->next(); }

 private:
  std::shared_ptr<ByteStream> stream_;
};

}  // namespace sandport::adapt

// A stream of ours as the sp_reader that a plugin pulls an upload from.
#pragma once

#include <sandport/abi.h>

#include <boost/asio/any_io_executor.hpp>
#include <exception>
#include <memory>

#include "core/bytes.hpp"

namespace sandport::adapt {

// Shared by the host and, between lend() and its release, the plugin. The stream is read on the
// executor, one chunk ahead.
class ReaderExport {
 public:
  ReaderExport(std::unique_ptr<ByteStream> content, boost::asio::any_io_executor executor);
  ~ReaderExport();
  ReaderExport(const ReaderExport&) = delete;
  ReaderExport& operator=(const ReaderExport&) = delete;

  // Reads the first chunk, so that small contents never make the plugin wait.
  [[nodiscard]] static Task<std::shared_ptr<ReaderExport>> open(
      std::unique_ptr<ByteStream> content, boost::asio::any_io_executor executor);

  // For a [submit] call; on SP_OK the plugin releases it, otherwise take_back() does.
  [[nodiscard]] sp_reader* lend();
  void take_back();

  // What the stream threw, or null.
  [[nodiscard]] std::exception_ptr failure() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace sandport::adapt

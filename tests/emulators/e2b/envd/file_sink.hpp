// Writes one uploaded file while its content is still coming in.
#pragma once

#include <memory>
#include <string>

#include "tests/emulators/e2b/envd/file_metadata.hpp"
#include "tests/emulators/e2b/envd/guest_files.hpp"

namespace sandport::e2b_emulator {

// begin(), write() any number of times, finish(). Destroyed before finish(), it leaves the old file
// as it was. Members throw HttpFailure.
class FileSink {
 public:
  FileSink(boost::asio::any_io_executor executor, std::shared_ptr<EmulatedSandbox> sandbox,
           std::string path);
  ~FileSink();
  FileSink(const FileSink&) = delete;
  FileSink& operator=(const FileSink&) = delete;

  [[nodiscard]] Task<void> begin();
  [[nodiscard]] Task<void> write(std::string bytes);
  [[nodiscard]] Task<void> finish(const FileMetadata& metadata);

 private:
  struct Pipe;
  class PipeStream;
  static Task<void> store(std::shared_ptr<EmulatedSandbox> sandbox, std::shared_ptr<Pipe> pipe,
                          std::string real);
  void throw_failure() const;

  boost::asio::any_io_executor executor_;
  std::shared_ptr<EmulatedSandbox> sandbox_;
  std::string path_;
  std::string real_;
  std::shared_ptr<Pipe> pipe_;
};

}  // namespace sandport::e2b_emulator

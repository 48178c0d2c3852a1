#include "tests/emulators/e2b/envd/file_sink.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <deque>
#include <optional>

#include "core/bytes.hpp"
#include "core/error.hpp"
#include "tests/emulators/e2b/envd/file_request.hpp"

namespace sandport::e2b_emulator {
namespace asio = boost::asio;

namespace {

constexpr std::size_t kMostPending = 1 << 20;

}  // namespace

// Between the request and the file. Both sides keep it, and either may go first.
struct FileSink::Pipe {
  explicit Pipe(const asio::any_io_executor& executor) : moved(executor) {}

  std::deque<std::string> pieces;
  std::size_t size = 0;
  bool whole = false;      // all of the content is in
  bool abandoned = false;  // and never will be
  bool stored = false;     // the writer has ended, well or not
  std::optional<Error> failure;
  Event moved;
};

class FileSink::PipeStream final : public ByteStream {
 public:
  explicit PipeStream(std::shared_ptr<Pipe> pipe) : pipe_(std::move(pipe)) {}

  Task<std::string> next() override {
    const auto pipe = pipe_;
    while (pipe->pieces.empty() && !pipe->whole && !pipe->abandoned) co_await pipe->moved.wait();
    if (pipe->abandoned) throw Error(Code::kCancelled, "the upload broke off");
    if (pipe->pieces.empty()) co_return std::string();
    std::string piece = std::move(pipe->pieces.front());
    pipe->pieces.pop_front();
    pipe->size -= piece.size();
    pipe->moved.notify();
    co_return piece;
  }

 private:
  std::shared_ptr<Pipe> pipe_;
};

FileSink::FileSink(asio::any_io_executor executor, std::shared_ptr<EmulatedSandbox> sandbox,
                   std::string path)
    : executor_(std::move(executor)),
      sandbox_(std::move(sandbox)),
      path_(std::move(path)),
      pipe_(std::make_shared<Pipe>(executor_)) {}

FileSink::~FileSink() {
  pipe_->abandoned = true;
  pipe_->moved.notify();
}

void FileSink::throw_failure() const {
  if (!pipe_->failure) return;
  throw file_failure(*pipe_->failure, path_);
}

Task<void> FileSink::begin() {
  GuestFiles guest(*sandbox_);
  try {
    co_await guest.make_parents(path_);
    real_ = guest.outside(co_await guest.resolve_new(path_));
  } catch (const Error& error) {
    pipe_->failure = error;
  }
  throw_failure();
  asio::co_spawn(executor_, store(sandbox_, pipe_, real_), asio::detached);
}

Task<void> FileSink::store(std::shared_ptr<EmulatedSandbox> sandbox, std::shared_ptr<Pipe> pipe,
                           std::string real) {
  try {
    auto content = std::make_unique<PipeStream>(pipe);
    static_cast<void>(co_await sandbox->sandbox->files().write(real, std::move(content), UINT64_MAX,
                                                               WriteMode::kReplace));
  } catch (const Error& error) {
    pipe->failure = error;
  }
  pipe->stored = true;
  pipe->moved.notify();
}

Task<void> FileSink::write(std::string bytes) {
  while (pipe_->size >= kMostPending && !pipe_->stored) co_await pipe_->moved.wait();
  throw_failure();
  pipe_->size += bytes.size();
  pipe_->pieces.push_back(std::move(bytes));
  pipe_->moved.notify();
}

Task<void> FileSink::finish(const FileMetadata& metadata) {
  pipe_->whole = true;
  pipe_->moved.notify();
  while (!pipe_->stored) co_await pipe_->moved.wait();
  throw_failure();
  write_file_metadata(real_, metadata);
}

}  // namespace sandport::e2b_emulator

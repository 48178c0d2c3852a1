#include "host/engine/services/reader_source.hpp"

#include <boost/asio/post.hpp>

#include "core/error.hpp"

namespace sandport::services {

namespace {
constexpr std::size_t kPiece = 64 * 1024;
}

ReaderSource::ReaderSource(sp_reader* reader, const Strand& strand)
    : reader_(reader), strand_(strand), became_ready_(strand) {}

ReaderSource::~ReaderSource() {
  if (owned_) reader_->release(reader_);
}

boost::asio::awaitable<std::string> ReaderSource::read(std::shared_ptr<ReaderSource> source) {
  std::string bytes(kPiece, '\0');
  while (true) {
    const std::int64_t count = source->reader_->read(source->reader_, bytes.data(), bytes.size());
    if (count > static_cast<std::int64_t>(bytes.size()) || count < SP_READ_AGAIN) {
      throw Error(Code::kDataLoss, "the source of the upload failed");
    }
    if (count >= SP_READ_END) {
      bytes.resize(static_cast<std::size_t>(count));
      co_return bytes;
    }
    source->ready_ = false;
    source->reader_->wait(source->reader_, &ReaderSource::on_ready, source.get());
    while (!source->ready_) co_await source->became_ready_.wait();
  }
}

void ReaderSource::on_ready(void* context) {
  // Never called after release, and so never after the destructor.
  auto source = static_cast<ReaderSource*>(context)->shared_from_this();
  boost::asio::post(source->strand_, [source] {
    source->ready_ = true;
    source->became_ready_.notify();
  });
}

}  // namespace sandport::services

#include "files/upload_body.hpp"

#include <zlib.h>

#include <array>
#include <memory>
#include <new>
#include <optional>
#include <sandport/error.hpp>
#include <utility>

#include "encoding.hpp"

namespace sandport_e2b {
namespace {

using sandport::Task;

constexpr std::size_t kPiece = 256u * 1024u;

// gzip, piece by piece.
class Compressor {
 public:
  Compressor() {
    constexpr int kGzipWindow = 15 + 16;
    if (deflateInit2(&stream_, Z_BEST_SPEED, Z_DEFLATED, kGzipWindow, 8, Z_DEFAULT_STRATEGY) !=
        Z_OK) {
      throw std::bad_alloc();
    }
  }
  ~Compressor() { deflateEnd(&stream_); }
  Compressor(const Compressor&) = delete;
  Compressor& operator=(const Compressor&) = delete;

  std::string add(std::string_view bytes) { return run(bytes, Z_NO_FLUSH); }
  std::string finish() { return run({}, Z_FINISH); }

 private:
  std::string run(std::string_view bytes, int flush) {
    std::string out;
    std::array<char, 16384> buffer{};
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream_.avail_in = static_cast<uInt>(bytes.size());
    int code = Z_OK;
    do {
      stream_.next_out = reinterpret_cast<Bytef*>(buffer.data());
      stream_.avail_out = static_cast<uInt>(buffer.size());
      code = deflate(&stream_, flush);
      out.append(buffer.data(), buffer.size() - stream_.avail_out);
    } while (stream_.avail_out == 0 || (flush == Z_FINISH && code == Z_OK));
    return out;
  }

  z_stream stream_{};
};

// Everything around and about the content, while it is pulled.
struct Pulled {
  std::string head;
  sandport::Reader source;
  std::string tail;
  std::optional<Compressor> compressor;
  bool headed = false;
  bool ended = false;
};

Task<std::optional<std::string>> pull(std::shared_ptr<Pulled> from) {
  std::string piece;
  if (!std::exchange(from->headed, true)) piece = from->head;
  while (piece.empty() && !from->ended) {
    auto next = co_await from->source.next(kPiece);
    from->ended = !next.has_value();
    piece = next ? std::move(*next) : from->tail;
    if (!from->compressor) continue;
    piece = from->compressor->add(piece);
    if (from->ended) piece += from->compressor->finish();
  }
  if (piece.empty()) co_return std::nullopt;
  co_return piece;
}

}  // namespace

Task<Content> take_content(sandport::Reader source, std::uint64_t size) {
  Content content;
  content.size = size;
  content.source = std::move(source);
  if (size > kKeptContent) co_return content;
  // One more than was said: a source that has more is not cut.
  content.bytes.resize(static_cast<std::size_t>(size) + 1);
  std::size_t filled = 0;
  while (filled < content.bytes.size()) {
    const std::size_t count =
        co_await content.source.read(content.bytes.data() + filled, content.bytes.size() - filled);
    if (count == 0) break;
    filled += count;
  }
  if (filled != size) {
    throw sandport::Error(SP_INVALID_ARGUMENT, "E2B: the content has not the size that was said");
  }
  content.bytes.resize(filled);
  content.whole = true;
  co_return content;
}

void set_upload(sandport::HttpRequest* request, Content* content, UploadForm form,
                Compression compression) {
  std::string head;
  std::string tail;
  if (form == UploadForm::kRaw) {
    request->headers.emplace_back("Content-Type", "application/octet-stream");
  } else {
    const std::string boundary = "sandport-" + random_hex(16);
    request->headers.emplace_back("Content-Type", "multipart/form-data; boundary=" + boundary);
    // The path stands in the query.
    head = "--" + boundary +
           "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"content\"\r\n"
           "Content-Type: application/octet-stream\r\n\r\n";
    tail = "\r\n--" + boundary + "--\r\n";
  }
  const bool gzip = compression == Compression::kGzip;
  if (gzip) request->headers.emplace_back("Content-Encoding", "gzip");
  if (content->whole) {
    request->body = head + content->bytes + tail;
    if (!gzip) return;
    Compressor compressor;
    std::string packed = compressor.add(request->body);
    packed += compressor.finish();
    request->body = std::move(packed);
    return;
  }
  if (form == UploadForm::kRaw && !gzip) {
    request->upload = content->source.take();
    request->upload_size = content->size;
    return;
  }
  auto pulled = std::make_shared<Pulled>();
  pulled->source = std::move(content->source);
  pulled->tail = std::move(tail);
  if (gzip) {
    pulled->compressor.emplace();
    pulled->head = pulled->compressor->add(head);
  } else {
    pulled->head = head;
  }
  pulled->headed = pulled->head.empty();
  const bool sized = !gzip && content->size != UINT64_MAX;
  if (sized) request->upload_size = content->size + head.size() + pulled->tail.size();
  request->upload = sandport::make_reader([pulled] { return pull(pulled); });
}

}  // namespace sandport_e2b

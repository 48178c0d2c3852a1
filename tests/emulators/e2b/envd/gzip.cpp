#include "tests/emulators/e2b/envd/gzip.hpp"

#include <algorithm>
#include <boost/beast/zlib/deflate_stream.hpp>
#include <boost/beast/zlib/inflate_stream.hpp>
#include <boost/crc.hpp>
#include <charconv>
#include <cstdint>
#include <optional>

#include "core/error.hpp"

namespace sandport::e2b_emulator {
namespace zlib = boost::beast::zlib;

namespace {

constexpr std::string_view kGzipHead("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff", 10);

std::string little_endian(std::uint32_t number) {
  std::string bytes;
  for (int shift = 0; shift < 32; shift += 8) bytes += static_cast<char>(number >> shift & 0xff);
  return bytes;
}

// How long the head is, once all of it is there.
std::optional<std::size_t> gzip_head_size(std::string_view bytes) {
  if (bytes.size() < kGzipHead.size()) return std::nullopt;
  if (!bytes.starts_with(std::string_view("\x1f\x8b\x08", 3))) {
    throw Error(Code::kInvalidArgument, "gzip: invalid header");
  }
  const auto flags = static_cast<unsigned char>(bytes[3]);
  std::size_t size = kGzipHead.size();
  if ((flags & 4) != 0) {  // an extra field
    if (bytes.size() < size + 2) return std::nullopt;
    size += 2 + static_cast<unsigned char>(bytes[size]) +
            (std::size_t{static_cast<unsigned char>(bytes[size + 1])} << 8);
  }
  for (const int text : {8, 16}) {  // a name, a comment
    if ((flags & text) == 0) continue;
    const std::size_t zero = bytes.find('\0', size);
    if (zero == std::string_view::npos) return std::nullopt;
    size = zero + 1;
  }
  if ((flags & 2) != 0) size += 2;  // a checksum of the head
  if (bytes.size() < size) return std::nullopt;
  return size;
}

}  // namespace

bool accepts_gzip(std::string_view accept_encoding) {
  while (!accept_encoding.empty()) {
    std::string_view item = accept_encoding.substr(0, accept_encoding.find(','));
    accept_encoding.remove_prefix(std::min(accept_encoding.size(), item.size() + 1));
    while (item.starts_with(' ')) item.remove_prefix(1);
    if (!item.starts_with("gzip")) continue;
    return item.find("q=0") == std::string_view::npos ||
           item.find("q=0.") != std::string_view::npos;
  }
  return false;
}

struct GzipWriter::State {
  std::string run(std::string_view bytes, zlib::Flush flush) {
    std::string packed;
    zlib::z_params step;
    step.next_in = bytes.data();
    step.avail_in = bytes.size();
    do {
      const std::size_t before = packed.size();
      packed.resize(before + std::max<std::size_t>(bytes.size(), 4096));
      step.next_out = packed.data() + before;
      step.avail_out = packed.size() - before;
      boost::system::error_code error;
      stream.write(step, flush, error);
      packed.resize(packed.size() - step.avail_out);
      if (error) break;  // the end, or nothing more to do
    } while (step.avail_out == 0);
    return packed;
  }

  zlib::deflate_stream stream;
  boost::crc_32_type checksum;
  std::uint32_t size = 0;
  bool begun = false;
};

GzipWriter::GzipWriter() : state_(std::make_unique<State>()) {
  state_->stream.reset(1, 15, 8, zlib::Strategy::normal);
}
GzipWriter::~GzipWriter() = default;

std::string GzipWriter::write(std::string_view bytes) {
  state_->checksum.process_bytes(bytes.data(), bytes.size());
  state_->size += static_cast<std::uint32_t>(bytes.size());
  std::string packed = state_->begun ? std::string() : std::string(kGzipHead);
  state_->begun = true;
  return packed + state_->run(bytes, zlib::Flush::none);
}

std::string GzipWriter::finish() {
  std::string packed = write({});
  packed += state_->run({}, zlib::Flush::finish);
  return packed + little_endian(state_->checksum.checksum()) + little_endian(state_->size);
}

struct GzipReader::State {
  std::string head;  // until all of it is there
  bool in_body = false;
  bool ended = false;
  zlib::inflate_stream stream;
};

GzipReader::GzipReader() : state_(std::make_unique<State>()) {}
GzipReader::~GzipReader() = default;

std::string GzipReader::write(std::string_view bytes) {
  std::string joined;
  if (!state_->in_body) {
    state_->head += bytes;
    const auto size = gzip_head_size(state_->head);
    if (!size) return {};
    joined = state_->head.substr(*size);
    bytes = joined;
    state_->in_body = true;
  }
  std::string plain;
  zlib::z_params step;
  step.next_in = bytes.data();
  step.avail_in = bytes.size();
  while (!state_->ended && (step.avail_in > 0 || step.avail_out == 0)) {
    const std::size_t before = plain.size();
    plain.resize(before + 64 * 1024);
    step.next_out = plain.data() + before;
    step.avail_out = plain.size() - before;
    boost::system::error_code error;
    state_->stream.write(step, zlib::Flush::none, error);
    plain.resize(plain.size() - step.avail_out);
    if (error == zlib::error::end_of_stream) {
      state_->ended = true;  // what follows is the checksum
    } else if (error == zlib::error::need_buffers) {
      break;
    } else if (error) {
      throw Error(Code::kInvalidArgument, "gzip: " + error.message());
    }
  }
  return plain;
}

void GzipReader::finish() const {
  if (!state_->ended) throw Error(Code::kInvalidArgument, "gzip: unexpected end");
}

}  // namespace sandport::e2b_emulator

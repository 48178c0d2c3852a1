#include "connect/envelope.hpp"

#include <cstdint>
#include <sandport/error.hpp>

namespace sandport_e2b {
namespace {

constexpr std::size_t kHeader = 5;
constexpr unsigned kCompressed = 1u;
constexpr unsigned kEnd = 2u;

}  // namespace

std::string make_frame(std::string_view payload) {
  const auto size = static_cast<std::uint32_t>(payload.size());
  std::string frame(kHeader, '\0');
  for (unsigned i = 0; i < 4; ++i) frame[1 + i] = static_cast<char>(size >> (24u - 8u * i) & 255u);
  frame += payload;
  return frame;
}

void FrameParser::feed(std::string_view bytes) {
  // What was taken out is dropped here, once per piece and not per frame.
  if (position_ == buffer_.size()) {
    buffer_.clear();
  } else if (position_ > 0) {
    buffer_.erase(0, position_);
  }
  position_ = 0;
  buffer_ += bytes;
}

std::optional<Frame> FrameParser::next() {
  const std::string_view left = std::string_view(buffer_).substr(position_);
  if (left.size() < kHeader) return std::nullopt;
  const auto octet = [&](std::size_t i) { return static_cast<unsigned char>(left[i]); };
  const std::size_t size = std::size_t{octet(1)} << 24u | std::size_t{octet(2)} << 16u |
                           std::size_t{octet(3)} << 8u | octet(4);
  if (size > kMostPayload) {
    throw sandport::Error(SP_DATA_LOSS,
                          "E2B: the server announced a message of " + std::to_string(size) +
                              " bytes; this is no stream of envd",
                          "BAD_FRAME");
  }
  if ((octet(0) & kCompressed) != 0) {
    throw sandport::Error(SP_DATA_LOSS, "E2B: the server sent a compressed message unasked",
                          "BAD_FRAME");
  }
  if (left.size() < kHeader + size) return std::nullopt;
  Frame frame;
  frame.end = (octet(0) & kEnd) != 0;
  frame.payload = left.substr(kHeader, size);
  position_ += kHeader + size;
  return frame;
}

}  // namespace sandport_e2b

#include "tests/emulators/e2b/envd/envelope.hpp"

#include "core/error.hpp"

namespace sandport::e2b_emulator {
namespace {

constexpr std::size_t kHeader = 5;

}  // namespace

std::string encode_envelope(std::uint8_t flags, std::string_view payload) {
  const auto size = static_cast<std::uint32_t>(payload.size());
  std::string frame;
  frame.reserve(kHeader + payload.size());
  frame += static_cast<char>(flags);
  for (int shift = 24; shift >= 0; shift -= 8) frame += static_cast<char>(size >> shift & 0xff);
  frame += payload;
  return frame;
}

std::optional<Envelope> EnvelopeReader::next() {
  if (pending_.size() < kHeader) return std::nullopt;
  std::size_t size = 0;
  for (std::size_t i = 1; i < kHeader; ++i) {
    size = size << 8 | static_cast<unsigned char>(pending_[i]);
  }
  if (size > most_bytes_) {
    throw Error(Code::kInvalidArgument, "a message of " + std::to_string(size) + " bytes");
  }
  if (pending_.size() < kHeader + size) return std::nullopt;
  Envelope envelope{static_cast<std::uint8_t>(pending_[0]), pending_.substr(kHeader, size)};
  pending_.erase(0, kHeader + size);
  return envelope;
}

}  // namespace sandport::e2b_emulator

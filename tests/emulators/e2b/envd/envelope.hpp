// The frames of Connect's streams: one byte of flags, four of length, the payload.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sandport::e2b_emulator {

struct Envelope {
  static constexpr std::uint8_t kCompressed = 1;
  static constexpr std::uint8_t kEnd = 2;

  std::uint8_t flags = 0;
  std::string payload;
};

[[nodiscard]] std::string encode_envelope(std::uint8_t flags, std::string_view payload);

// Takes bytes in any pieces.
class EnvelopeReader {
 public:
  explicit EnvelopeReader(std::size_t most_bytes = 64 << 20) : most_bytes_(most_bytes) {}

  void feed(std::string_view bytes) { pending_ += bytes; }
  // The next whole one. Throws Error kInvalidArgument for one that is too long.
  [[nodiscard]] std::optional<Envelope> next();
  // Bytes of one that is not whole yet.
  [[nodiscard]] bool has_rest() const { return !pending_.empty(); }

 private:
  std::size_t most_bytes_;
  std::string pending_;
};

}  // namespace sandport::e2b_emulator

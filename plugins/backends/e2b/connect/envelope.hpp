// The frames of Connect streams: five octets of header, then JSON.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace sandport_e2b {

struct Frame {
  Frame() = default;

  bool end = false;  // the last one; the payload says how it ended
  std::string payload;
};

// One message, as a request sends it.
[[nodiscard]] std::string make_frame(std::string_view payload);

// Takes the stream in whatever pieces it comes.
class FrameParser {
 public:
  // Data chunks have 32 KiB; nothing honest comes near this.
  static constexpr std::size_t kMostPayload = 16u * 1024u * 1024u;

  void feed(std::string_view bytes);
  // The next whole frame, or nothing yet. Throws sandport::Error SP_DATA_LOSS for a frame that is
  // too long or compressed without being asked.
  [[nodiscard]] std::optional<Frame> next();
  // Whether the stream broke off within a frame.
  [[nodiscard]] bool inside_frame() const noexcept { return position_ < buffer_.size(); }

 private:
  std::string buffer_;
  std::size_t position_ = 0;
};

}  // namespace sandport_e2b

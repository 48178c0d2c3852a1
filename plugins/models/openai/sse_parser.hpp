// Server-sent events: bytes in any pieces to whole events.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace openai {

struct SseEvent {
  std::string_view name;  // the event field; empty for most
  std::string_view data;  // its data lines, joined by LF
};

// Events live only inside the call. An event of more than max_bytes throws std::length_error, so
// that a stream without line ends needs no more memory than that.
class SseParser {
 public:
  using OnEvent = std::function<void(const SseEvent&)>;

  explicit SseParser(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  void feed(std::string_view bytes, const OnEvent& on_event);
  // The stream is over: an event that lacks its blank line is still brought.
  void finish(const OnEvent& on_event);

 private:
  void take(std::string_view bytes);
  void end_line(const OnEvent& on_event);
  void end_event(const OnEvent& on_event);

  std::size_t max_bytes_;
  std::string line_;
  std::string name_;
  std::string data_;
  bool has_data_ = false;
  bool after_cr_ = false;  // an LF that follows belongs to the same line end
  bool first_line_ = true;
};

}  // namespace openai

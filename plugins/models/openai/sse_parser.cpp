#include "sse_parser.hpp"

#include <stdexcept>

namespace openai {

void SseParser::take(std::string_view bytes) {
  if (bytes.size() > max_bytes_ - line_.size() - data_.size()) {
    throw std::length_error("an event of the stream is larger than " + std::to_string(max_bytes_) +
                            " bytes");
  }
  line_.append(bytes);
}

void SseParser::feed(std::string_view bytes, const OnEvent& on_event) {
  while (!bytes.empty()) {
    if (after_cr_ && bytes.front() == '\n') bytes.remove_prefix(1);
    after_cr_ = false;
    const std::size_t end = bytes.find_first_of("\r\n");
    take(bytes.substr(0, end));
    if (end == std::string_view::npos) return;
    after_cr_ = bytes[end] == '\r';
    bytes.remove_prefix(end + 1);
    end_line(on_event);
  }
}

void SseParser::finish(const OnEvent& on_event) {
  if (!line_.empty()) end_line(on_event);
  end_event(on_event);
}

void SseParser::end_line(const OnEvent& on_event) {
  std::string_view line = line_;
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (first_line_ && line.starts_with(kByteOrderMark)) line.remove_prefix(kByteOrderMark.size());
  first_line_ = false;
  if (line.empty()) {
    end_event(on_event);
  } else if (line.front() != ':') {  // a colon first: a comment, sent to keep the line alive
    const std::size_t colon = line.find(':');
    const std::string_view field = line.substr(0, colon);
    std::string_view value = colon == std::string_view::npos ? "" : line.substr(colon + 1);
    if (value.starts_with(' ')) value.remove_prefix(1);
    if (field == "data") {
      if (has_data_) data_ += '\n';
      data_ += value;
      has_data_ = true;
    } else if (field == "event") {
      name_ = value;
    }
  }
  line_.clear();
}

void SseParser::end_event(const OnEvent& on_event) {
  if (has_data_) {
    const std::string data = std::move(data_);
    const std::string name = std::move(name_);
    data_.clear();
    has_data_ = false;
    name_.clear();
    on_event({name, data});
    return;
  }
  name_.clear();
}

}  // namespace openai

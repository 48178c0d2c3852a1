#include "head_tail.hpp"

#include <algorithm>

namespace shell {
namespace {

std::uint64_t count_line_ends(std::string_view text) {
  return static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
}

}  // namespace

void HeadTail::append(std::string_view bytes) {
  size_ += bytes.size();
  line_ends_ += count_line_ends(bytes);
  const std::size_t to_head = std::min(bytes.size(), head_limit_ - head_.size());
  head_.append(bytes.substr(0, to_head));
  bytes.remove_prefix(to_head);
  if (tail_limit_ == 0) return;
  if (bytes.size() >= tail_limit_) {
    ring_.assign(bytes.substr(bytes.size() - tail_limit_));
    start_ = 0;
    return;
  }
  const std::size_t to_grow = std::min(bytes.size(), tail_limit_ - ring_.size());
  ring_.append(bytes.substr(0, to_grow));
  bytes.remove_prefix(to_grow);
  while (!bytes.empty()) {
    const std::size_t piece = std::min(bytes.size(), tail_limit_ - start_);
    ring_.replace(start_, piece, bytes.substr(0, piece));
    start_ = (start_ + piece) % tail_limit_;
    bytes.remove_prefix(piece);
  }
}

std::size_t HeadTail::tail_size() const { return ring_.size(); }

std::string HeadTail::tail() const { return ring_.substr(start_) + ring_.substr(0, start_); }

std::uint64_t HeadTail::omitted_line_ends() const {
  return line_ends_ - count_line_ends(head_) - count_line_ends(ring_);
}

}  // namespace shell

#include "line_window.hpp"

#include <sandport/utf8.hpp>

#include <algorithm>

namespace files {
namespace {

// The first `limit` characters of text that is UTF-8.
std::string_view first_characters(std::string_view text, std::size_t limit) {
  std::size_t at = 0;
  for (std::size_t count = 0; at < text.size() && count < limit; ++count) {
    at += std::max<std::size_t>(1, sandport::utf8_character(text.substr(at)));
  }
  return text.substr(0, at);
}

std::string number_prefix(std::uint64_t number) {
  std::string digits = std::to_string(number);
  constexpr std::size_t kWidth = 6;
  if (digits.size() < kWidth) digits.insert(0, kWidth - digits.size(), ' ');
  return digits + '\t';
}

}  // namespace

bool LineWindow::inside() const { return end_ == WindowEnd::kOpen && line_ >= limits_.first_line; }

void LineWindow::keep(std::string_view piece) {
  if (piece.empty()) return;
  pending_size_ += piece.size();
  pending_last_ = piece.back();
  if (!inside()) return;
  const std::size_t most = limits_.line_length * 4 + 4;  // UTF-8 takes up to four bytes
  if (pending_.size() < most) pending_.append(piece.substr(0, most - pending_.size()));
}

void LineWindow::feed(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t end = bytes.find('\n');
    keep(bytes.substr(0, end));
    if (end == std::string_view::npos) return;
    end_line();
    bytes.remove_prefix(end + 1);
  }
}

void LineWindow::finish() {
  if (pending_size_ > 0) end_line();
}

void LineWindow::end_line() {
  if (inside()) {
    const bool crlf = pending_last_ == '\r' && pending_size_ > 0;
    const bool whole = pending_.size() == pending_size_;
    if (crlf && whole) pending_.pop_back();
    const bool utf8 = sandport::is_utf8(pending_);
    const std::string line = sandport::printable(pending_);
    const std::string_view shown = first_characters(line, limits_.line_length);
    std::string row = number_prefix(line_);
    row += shown;
    const bool cut = shown.size() < line.size() || !whole;
    if (cut) row += " … [line of " + std::to_string(pending_size_) + " bytes cut]";
    row += '\n';
    if (shown_ > 0 && text_.size() + row.size() > limits_.bytes) {
      end_ = WindowEnd::kBytes;
    } else {
      text_ += row;
      ++shown_;
      if (cut) ++cut_lines_;
      if (crlf) ++crlf_lines_;
      if (whole && !utf8) all_utf8_ = false;
      if (shown_ == limits_.lines) end_ = WindowEnd::kLines;
    }
  }
  pending_.clear();
  pending_size_ = 0;
  pending_last_ = '\0';
  ++line_;
}

}  // namespace files

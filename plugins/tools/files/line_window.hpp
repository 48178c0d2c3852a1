// Some lines of a text that streams past: numbered, cut and bounded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace files {

struct WindowLimits {
  std::uint64_t first_line = 1;  // from 1
  std::uint64_t lines = 1000;
  std::size_t line_length = 2000;  // characters shown of one line
  std::size_t bytes = 100 * 1024;  // of output
};

enum class WindowEnd {
  kOpen,   // may take more
  kLines,  // as many lines as asked for
  kBytes   // the output is full
};

// Memory is bounded by the limits, whatever streams past.
class LineWindow {
 public:
  // skipped: lines before the first byte that will be fed.
  explicit LineWindow(WindowLimits limits, std::uint64_t skipped = 0)
      : limits_(limits), line_(skipped + 1) {}

  // Goes on counting lines after the window has ended.
  void feed(std::string_view bytes);
  // The text is over: its last line may have no end.
  void finish();

  [[nodiscard]] WindowEnd end() const { return end_; }
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] std::uint64_t shown() const { return shown_; }
  [[nodiscard]] std::uint64_t last_line() const { return limits_.first_line + shown_ - 1; }
  // Lines seen so far; all of them after finish().
  [[nodiscard]] std::uint64_t lines() const { return line_ - 1; }
  [[nodiscard]] std::uint64_t cut_lines() const { return cut_lines_; }
  [[nodiscard]] std::uint64_t crlf_lines() const { return crlf_lines_; }
  [[nodiscard]] bool all_utf8() const { return all_utf8_; }

 private:
  [[nodiscard]] bool inside() const;
  void keep(std::string_view piece);
  void end_line();

  WindowLimits limits_;
  WindowEnd end_ = WindowEnd::kOpen;
  std::string text_;
  std::string pending_;             // the present line, as far as it can be shown
  std::uint64_t pending_size_ = 0;  // all of it
  char pending_last_ = '\0';
  std::uint64_t line_;
  std::uint64_t shown_ = 0;
  std::uint64_t cut_lines_ = 0;
  std::uint64_t crlf_lines_ = 0;
  bool all_utf8_ = true;
};

}  // namespace files

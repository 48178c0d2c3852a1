#include "plugins/tools/files/line_window.hpp"

#include <gmock/gmock.h>

namespace {

using files::LineWindow;
using files::WindowEnd;
using files::WindowLimits;
using testing::HasSubstr;

LineWindow window(std::string_view text, WindowLimits limits = {}, std::size_t piece = 3) {
  LineWindow lines(limits);
  for (std::size_t at = 0; at < text.size(); at += piece) lines.feed(text.substr(at, piece));
  lines.finish();
  return lines;
}

TEST(LineWindow, NumbersLines) {
  const auto lines = window("a\nbb\n");
  EXPECT_EQ(lines.text(), "     1\ta\n     2\tbb\n");
  EXPECT_EQ(lines.lines(), 2u);
  EXPECT_EQ(lines.end(), WindowEnd::kOpen);
}

TEST(LineWindow, CountsALastLineWithoutEnd) { EXPECT_EQ(window("a\nb").lines(), 2u); }

TEST(LineWindow, ShowsARangeAndGoesOnCounting) {
  const auto lines = window("1\n2\n3\n4\n5\n", {.first_line = 2, .lines = 2});
  EXPECT_EQ(lines.text(), "     2\t2\n     3\t3\n");
  EXPECT_EQ(lines.last_line(), 3u);
  EXPECT_EQ(lines.lines(), 5u);
  EXPECT_EQ(lines.end(), WindowEnd::kLines);
}

TEST(LineWindow, CutsALongLineInBoundedMemory) {
  LineWindow lines({.line_length = 10});
  for (int i = 0; i < 1000; ++i) lines.feed(std::string(1000, 'x'));
  lines.finish();
  EXPECT_THAT(lines.text(), HasSubstr("\txxxxxxxxxx … [line of 1000000 bytes cut]"));
  EXPECT_EQ(lines.cut_lines(), 1u);
  EXPECT_LT(lines.text().capacity(), 1000u);
}

TEST(LineWindow, CutsBetweenCharacters) {
  EXPECT_THAT(window("äöüß\n", {.line_length = 2}).text(), HasSubstr("\täö …"));
}

TEST(LineWindow, StopsWhenTheOutputIsFull) {
  const auto lines = window("aaaa\nbbbb\ncccc\n", {.bytes = 25});
  EXPECT_EQ(lines.end(), WindowEnd::kBytes);
  EXPECT_EQ(lines.shown(), 2u);
  EXPECT_EQ(lines.lines(), 3u);
}

TEST(LineWindow, ShowsAtLeastOneLine) {
  EXPECT_EQ(window("aaaaaaaaaaaa\n", {.bytes = 1}).shown(), 1u);
}

TEST(LineWindow, HidesCrlfAndCountsIt) {
  const auto lines = window("a\r\nb\r\n");
  EXPECT_EQ(lines.text(), "     1\ta\n     2\tb\n");
  EXPECT_EQ(lines.crlf_lines(), 2u);
}

TEST(LineWindow, EscapesBytesThatAreNotUtf8) {
  const auto lines = window("caf\xE9\n");
  EXPECT_THAT(lines.text(), HasSubstr("caf\\xe9"));
  EXPECT_FALSE(lines.all_utf8());
}

}  // namespace

#include "plugins/tools/shell/head_tail.hpp"

#include <gtest/gtest.h>

namespace {

using shell::HeadTail;

TEST(HeadTail, KeepsEverythingThatFits) {
  HeadTail output(4, 4);
  output.append("abc");
  output.append("defgh");
  EXPECT_EQ(std::string(output.head()) + output.tail(), "abcdefgh");
  EXPECT_EQ(output.omitted(), 0u);
}

TEST(HeadTail, KeepsTheFirstAndTheLastBytes) {
  HeadTail output(3, 4);
  for (const char* piece : {"ab", "cdef", "g", "hijklmnopq", "rs", "t"}) output.append(piece);
  EXPECT_EQ(output.head(), "abc");
  EXPECT_EQ(output.tail(), "qrst");
  EXPECT_EQ(output.omitted(), 13u);
  EXPECT_EQ(output.size(), 20u);
}

TEST(HeadTail, IsTheSameForEveryWayToCutTheInput) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "line " + std::to_string(i) + "\n";
  for (std::size_t piece = 1; piece < 40; ++piece) {
    HeadTail output(20, 30);
    for (std::size_t at = 0; at < text.size(); at += piece) {
      output.append(std::string_view(text).substr(at, piece));
    }
    EXPECT_EQ(output.head(), text.substr(0, 20));
    EXPECT_EQ(output.tail(), text.substr(text.size() - 30));
    EXPECT_EQ(output.line_ends(), 100u);
    EXPECT_EQ(output.omitted_line_ends(), 100u - 2 - 4);
  }
}

TEST(HeadTail, NeedsNoMoreMemoryForMoreOutput) {
  HeadTail output(1024, 1024);
  const std::string block(1 << 20, 'x');
  for (int i = 0; i < 64; ++i) output.append(block);
  EXPECT_EQ(output.size(), 64u << 20);
  EXPECT_EQ(output.tail().size(), 1024u);
}

}  // namespace

#include "tests/emulators/e2b/envd/byte_range.hpp"

#include <gtest/gtest.h>

namespace sandport::e2b_emulator {
namespace {

void expect_part(const char* header, std::uint64_t first, std::uint64_t last) {
  ByteRange range;
  EXPECT_EQ(parse_range(header, 100, &range), RangeAnswer::kPart) << header;
  EXPECT_EQ(range.first, first) << header;
  EXPECT_EQ(range.last, last) << header;
}

TEST(ByteRangeTest, TakesEveryFormOfOneRange) {
  expect_part("bytes=0-0", 0, 0);
  expect_part("bytes=10-19", 10, 19);
  expect_part("bytes=90-", 90, 99);
  expect_part("bytes=90-1000", 90, 99);
  expect_part("bytes=-5", 95, 99);
  expect_part("bytes=-500", 0, 99);
}

TEST(ByteRangeTest, WhatLiesBehindTheEndCannotBeSatisfied) {
  ByteRange range;
  EXPECT_EQ(parse_range("bytes=100-", 100, &range), RangeAnswer::kUnsatisfiable);
  EXPECT_EQ(parse_range("bytes=-0", 100, &range), RangeAnswer::kUnsatisfiable);
  EXPECT_EQ(parse_range("bytes=0-", 0, &range), RangeAnswer::kUnsatisfiable);
}

TEST(ByteRangeTest, WhatCannotBeReadMeansTheWhole) {
  ByteRange range;
  for (const char* header : {"", "bytes=", "bytes=-", "lines=1-2", "bytes=5-2", "bytes=a-b",
                             "bytes=0-1,5-6", "bytes=1-x"}) {
    EXPECT_EQ(parse_range(header, 100, &range), RangeAnswer::kWhole) << header;
  }
}

}  // namespace
}  // namespace sandport::e2b_emulator

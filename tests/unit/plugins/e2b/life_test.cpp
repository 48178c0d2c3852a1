#include "life.hpp"

#include <gtest/gtest.h>

namespace sandport_e2b {
namespace {

TEST(E2bLife, ReadsTimesAsServersWriteThem) {
  const auto whole = parse_time("2026-08-21T10:20:30Z");
  ASSERT_TRUE(whole);
  EXPECT_EQ(format_time(*whole), "2026-08-21T10:20:30Z");
  const auto fraction = parse_time("2026-08-21T10:20:30.123456789Z");
  ASSERT_TRUE(fraction);
  EXPECT_EQ(std::chrono::duration_cast<std::chrono::milliseconds>(*fraction - *whole).count(), 123);
  EXPECT_EQ(parse_time("2026-08-21T12:20:30+02:00"), whole);
  for (const char* odd : {"", "2026-08-21", "yesterday", "2026-08-21Txx:20:30Z"}) {
    EXPECT_FALSE(parse_time(odd)) << odd;
  }
}

}  // namespace
}  // namespace sandport_e2b

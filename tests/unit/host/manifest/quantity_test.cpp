#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "core/error.hpp"
#include "host/manifest/duration.hpp"
#include "host/manifest/size.hpp"

namespace sandport::manifest {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

template <typename Parse>
std::string failure(const Parse& parse, std::string_view text) {
  try {
    (void)parse(text);
  } catch (const Error& error) {
    return error.code() == Code::kInvalidArgument ? error.what() : "wrong code";
  }
  return "no error";
}

TEST(DurationTest, ReadsUnitsAndCombinations) {
  EXPECT_EQ(parse_duration("300ms"), 300ms);
  EXPECT_EQ(parse_duration("5m"), 5min);
  EXPECT_EQ(parse_duration("1h30m"), 90min);
  EXPECT_EQ(parse_duration("1d2h3m4s5ms"), 24h + 2h + 3min + 4s + 5ms);
  EXPECT_EQ(parse_duration("1.5s"), 1500ms);
  EXPECT_EQ(parse_duration("0s"), 0ms);
}

TEST(DurationTest, RefusesABareNumberWithAHint) {
  EXPECT_EQ(failure(parse_duration, "30"),
            "a duration needs a unit: write \"30s\", \"30ms\" or the like");
}

TEST(DurationTest, RefusesWhatIsNoDuration) {
  for (const auto* text : {"", "m", "5x", "5 m", "5m ", "-5m", "1m1h", "1m1m", "1.s", "1.5ms",
                           "99999999999999999999s", "9223372036854775807d", "5M"}) {
    EXPECT_THAT(failure(parse_duration, text), HasSubstr("expected a duration")) << text;
  }
}

TEST(DurationTest, IsWrittenSoThatItReadsBack) {
  for (const auto duration : {0ms, 1ms, 999ms, 1000ms, 61'001ms, 90'000'000ms}) {
    EXPECT_EQ(parse_duration(format_duration(duration)), duration);
  }
  EXPECT_EQ(format_duration(90min), "1h30m");
}

TEST(SizeTest, ReadsDecimalAndBinaryUnits) {
  EXPECT_EQ(parse_size("0B"), 0U);
  EXPECT_EQ(parse_size("64KiB"), 65536U);
  EXPECT_EQ(parse_size("10MB"), 10'000'000U);
  EXPECT_EQ(parse_size("2GiB"), std::uint64_t{2} << 30U);
  EXPECT_EQ(parse_size("1.5KiB"), 1536U);
  EXPECT_EQ(parse_size("0.25KiB"), 256U);
  EXPECT_EQ(parse_size("1TiB"), std::uint64_t{1} << 40U);
}

TEST(SizeTest, RefusesWhatIsNoSize) {
  EXPECT_EQ(failure(parse_size, "10"), "a size needs a unit: write \"10B\", \"10MiB\" or the like");
  for (const auto* text : {"", "KiB", "1kb", "1KiB1B", "-1B", "1.5B", "1 KiB", "99999999999TiB"}) {
    EXPECT_THAT(failure(parse_size, text), HasSubstr("expected a size")) << text;
  }
}

TEST(SizeTest, IsWrittenSoThatItReadsBack) {
  for (const std::uint64_t size : {0U, 1U, 1000U, 1024U, 65536U, 10'000'000U, 12345U}) {
    EXPECT_EQ(parse_size(format_size(size)), size);
  }
}

}  // namespace
}  // namespace sandport::manifest

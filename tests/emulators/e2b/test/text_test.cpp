// Targets, versions, times, permissions, base64.
#include <gtest/gtest.h>

#include "tests/emulators/e2b/core/target.hpp"
#include "tests/emulators/e2b/core/time_text.hpp"
#include "tests/emulators/e2b/core/version.hpp"
#include "tests/emulators/e2b/envd/base64_decode.hpp"
#include "tests/emulators/e2b/envd/entry_info.hpp"

namespace sandport::e2b_emulator {
namespace {

TEST(TargetTest, IsSplitBeforeItIsDecoded) {
  const auto target = parse_target("/templates/snap%2Fx%3Adefault?a=1+2&b=%26%3D&c&d=");
  EXPECT_EQ(target.path, "/templates/snap%2Fx%3Adefault");
  EXPECT_EQ(target.segments, (std::vector<std::string>{"templates", "snap/x:default"}));
  EXPECT_EQ(target.parameter("a"), "1 2");
  EXPECT_EQ(target.parameter("b"), "&=");
  EXPECT_EQ(target.parameter("c"), "");
  EXPECT_EQ(target.parameter("missing"), std::nullopt);
}

TEST(TargetTest, WhatIsNoEncodingStays) {
  EXPECT_EQ(percent_decode("100%"), "100%");
  EXPECT_EQ(percent_decode("%zz%4"), "%zz%4");
  EXPECT_EQ(percent_decode("%41%"), "A%");
}

TEST(VersionTest, IsComparedNumberByNumber) {
  EXPECT_TRUE(version_at_least("0.10.0", "0.9.5"));
  EXPECT_TRUE(version_at_least("0.5.7", "0.5.7"));
  EXPECT_TRUE(version_at_least("1", "0.9.9"));
  EXPECT_FALSE(version_at_least("0.5.6", "0.5.7"));
  EXPECT_FALSE(version_at_least("0.5", "0.5.1"));
}

TEST(TimeTest, IsWrittenAndRead) {
  EXPECT_EQ(rfc3339(std::int64_t{0}), "1970-01-01T00:00:00Z");
  EXPECT_EQ(rfc3339(std::int64_t{1'500'000'000}), "1970-01-01T00:00:01.500Z");
  EXPECT_EQ(rfc3339(std::int64_t{1}), "1970-01-01T00:00:00.000000001Z");
  const auto time = parse_rfc3339("2026-01-02T03:04:05.678Z");
  ASSERT_TRUE(time);
  EXPECT_EQ(rfc3339(*time), "2026-01-02T03:04:05.678Z");
  EXPECT_EQ(parse_rfc3339("2026-01-02T05:04:05.678+02:00"), time);
  EXPECT_FALSE(parse_rfc3339("yesterday"));
  EXPECT_FALSE(parse_rfc3339("2026-01-02T03:04:05"));
}

TEST(PermissionsTest, AreWrittenAsGoDoes) {
  EXPECT_EQ(permissions_text(FileType::kRegular, 0644), "-rw-r--r--");
  EXPECT_EQ(permissions_text(FileType::kDirectory, 0755), "drwxr-xr-x");
  EXPECT_EQ(permissions_text(FileType::kSymlink, 0777), "Lrwxrwxrwx");
  EXPECT_EQ(permissions_text(FileType::kDirectory, 01777), "dtrwxrwxrwx");
  EXPECT_EQ(permissions_text(FileType::kRegular, 04755), "urwxr-xr-x");
}

TEST(Base64Test, IsReadWithAndWithoutPadding) {
  EXPECT_EQ(base64_decode("aGkK"), "hi\n");
  EXPECT_EQ(base64_decode("AP8="), std::string("\0\xff", 2));
  EXPECT_EQ(base64_decode("AP8"), std::string("\0\xff", 2));
  EXPECT_EQ(base64_decode("-_8"), base64_decode("+/8="));
  EXPECT_EQ(base64_decode(""), "");
  EXPECT_FALSE(base64_decode("a b"));
}

}  // namespace
}  // namespace sandport::e2b_emulator

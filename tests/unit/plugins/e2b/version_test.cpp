#include "version.hpp"

#include <gtest/gtest.h>

#include <sandport/error.hpp>

namespace sandport_e2b {
namespace {

TEST(E2bVersion, ComparesNumbersAndNotText) {
  EXPECT_LT(Version::parse("0.5.7"), Version::parse("0.5.13"));
  EXPECT_LT(Version::parse("0.9.9"), Version::parse("0.10.0"));
  EXPECT_EQ(Version::parse("v0.6.2-rc1"), Version(0, 6, 2));
  EXPECT_EQ(Version::parse("1"), Version(1, 0, 0));
  EXPECT_LT(Version::parse("nonsense"), since::kUsable);
}

TEST(E2bVersion, SaysWhatIsTooOldForWhat) {
  try {
    require(Version(0, 5, 1), since::kCloseStdin, "ending a process's input");
    FAIL();
  } catch (const sandport::Error& error) {
    EXPECT_EQ(error.code(), SP_UNIMPLEMENTED);
    EXPECT_STREQ(error.what(),
                 "E2B: ending a process's input needs envd 0.5.2 and this sandbox has 0.5.1; "
                 "rebuild its template");
  }
  require(Version(0, 5, 2), since::kCloseStdin, "x");
}

}  // namespace
}  // namespace sandport_e2b

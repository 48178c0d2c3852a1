#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sandport/errno_error.hpp>
#include <sandport/error.hpp>

#include <cerrno>
#include <chrono>
#include <string>

namespace sandport {
namespace {

TEST(ErrnoError, CarriesCodeNameAndText) {
  const auto error = errno_error(ENOENT, "cannot read /x");
  EXPECT_EQ(error.code(), SP_NOT_FOUND);
  EXPECT_EQ(error.reason(), "ENOENT");
  EXPECT_THAT(error.what(), testing::StartsWith("cannot read /x: "));
  EXPECT_EQ(errno_error(EISDIR, "x").code(), SP_FAILED_PRECONDITION);
  EXPECT_EQ(errno_error(99999, "x").code(), SP_UNKNOWN);
}

TEST(Error, SurvivesTheWayAcrossTheBoundary) {
  const Error error(SP_ABORTED, "stop", "WHY", Retry::kYes, std::chrono::milliseconds{1500});
  const auto status = detail::to_status(error);
  const auto back = detail::from_status(status);
  EXPECT_EQ(back.code(), SP_ABORTED);
  EXPECT_STREQ(back.what(), "stop");
  EXPECT_EQ(back.reason(), "WHY");
  EXPECT_TRUE(back.retryable());
  EXPECT_EQ(back.retry_after(), std::chrono::milliseconds{1500});
}

TEST(Error, NeverSaysOk) { EXPECT_EQ(detail::to_status(Error(SP_OK, "odd")).code, SP_INTERNAL); }

TEST(Error, ADelayBeyondTheFieldIsTheLongestOne) {
  const Error error(SP_ABORTED, "x", {}, Retry::kYes, std::chrono::hours{24 * 365 * 100});
  EXPECT_EQ(detail::to_status(error).retry_after_ms, UINT32_MAX);
  const Error negative(SP_ABORTED, "x", {}, Retry::kYes, std::chrono::milliseconds{-1});
  EXPECT_EQ(detail::to_status(negative).retry_after_ms, 0u);
}

TEST(Guarded, WorksWithoutAnErrorObject) {
  EXPECT_EQ(detail::guarded(nullptr, [] { throw Error(SP_NOT_FOUND, "x"); }), SP_NOT_FOUND);
  EXPECT_EQ(detail::guarded(nullptr, [] {}), SP_OK);
}

}  // namespace
}  // namespace sandport

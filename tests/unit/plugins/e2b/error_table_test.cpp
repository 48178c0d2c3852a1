#include "error_table.hpp"

#include <gmock/gmock.h>

namespace sandport_e2b {
namespace {

using sandport::Error;
using testing::HasSubstr;
using testing::Not;

Error refused(Plane plane, int status, const std::string& body = "") {
  Refusal refusal;
  refusal.plane = plane;
  refusal.status = status;
  refusal.body = body;
  refusal.doing = "testing";
  return to_error(refusal, {"e2b_5ecret"});
}

TEST(E2bErrors, AKeyThatIsRefusedIsOneClearLineWithoutTheKey) {
  const Error error =
      refused(Plane::kControl, 401, R"({"code":401,"message":"bad key\ne2b_5ecret"})");
  EXPECT_EQ(error.code(), SP_UNAUTHENTICATED);
  EXPECT_STREQ(error.what(),
               "E2B: API key refused (401): bad key ***; while testing; check E2B_API_KEY or "
               "sandbox.with.api_key");
}

struct Expected {
  Plane plane;
  int status;
  sp_code code;
  bool retryable;
};

class E2bStatuses : public testing::TestWithParam<Expected> {};

TEST_P(E2bStatuses, MeanWhatTheTableSays) {
  const Error error = refused(GetParam().plane, GetParam().status, R"({"message":"m"})");
  EXPECT_EQ(error.code(), GetParam().code) << error.what();
  EXPECT_EQ(error.retryable(), GetParam().retryable) << error.what();
}

INSTANTIATE_TEST_SUITE_P(
    All, E2bStatuses,
    testing::Values(Expected{Plane::kControl, 400, SP_INVALID_ARGUMENT, false},
                    Expected{Plane::kControl, 403, SP_PERMISSION_DENIED, false},
                    Expected{Plane::kControl, 404, SP_NOT_FOUND, false},
                    Expected{Plane::kControl, 409, SP_ABORTED, true},
                    Expected{Plane::kControl, 429, SP_RESOURCE_EXHAUSTED, true},
                    Expected{Plane::kControl, 502, SP_INTERRUPTED, false},
                    Expected{Plane::kControl, 503, SP_UNAVAILABLE, true},
                    Expected{Plane::kControl, 504, SP_INTERRUPTED, false},
                    Expected{Plane::kControl, 418, SP_UNKNOWN, false},
                    Expected{Plane::kFiles, 404, SP_NOT_FOUND, false},
                    Expected{Plane::kFiles, 401, SP_UNAUTHENTICATED, false},
                    Expected{Plane::kFiles, 507, SP_RESOURCE_EXHAUSTED, false},
                    Expected{Plane::kRpc, 404, SP_UNIMPLEMENTED, false},
                    Expected{Plane::kRpc, 403, SP_PERMISSION_DENIED, false},
                    Expected{Plane::kRpc, 409, SP_ABORTED, true},
                    Expected{Plane::kRpc, 429, SP_RESOURCE_EXHAUSTED, true}));

TEST(E2bErrors, TheTwoMeaningsOf502AreToldApart) {
  const Error gone = refused(
      Plane::kRpc, 502, R"({"sandboxId":"i","message":"The sandbox was not found","code":502})");
  EXPECT_EQ(gone.reason(), reason::kGone);
  EXPECT_FALSE(gone.retryable());
  const Error closed = refused(
      Plane::kRpc, 502,
      R"({"sandboxId":"i","message":"The sandbox is running but port is not open","port":49983,"code":502})");
  EXPECT_EQ(closed.reason(), reason::kPortClosed);
  EXPECT_TRUE(closed.retryable());
}

TEST(E2bErrors, HtmlAndRubbishAreNotQuoted) {
  EXPECT_THAT(refused(Plane::kControl, 500, "<html><b>x</b>").what(), Not(HasSubstr("<b>")));
  EXPECT_THAT(refused(Plane::kControl, 500, "\xff\xfe").what(), HasSubstr("no text"));
  EXPECT_LT(std::string(refused(Plane::kControl, 500, std::string(100000, 'x')).what()).size(),
            1000u);
}

TEST(E2bErrors, ConnectCodes) {
  EXPECT_EQ(connect_error("not_found", "m", "", {}).code(), SP_NOT_FOUND);
  EXPECT_EQ(connect_error("invalid_argument", "m", "", {}).code(), SP_INVALID_ARGUMENT);
  EXPECT_TRUE(connect_error("unavailable", "m", "", {}).retryable());
  EXPECT_EQ(connect_error("a new one", "m", "", {}).code(), SP_UNKNOWN);
}

TEST(E2bErrors, WordsTellTheErrno) {
  const auto reason_of = [](const char* code, const char* words) {
    return as_file_error(connect_error(code, words, "", {}), "/p").reason();
  };
  EXPECT_EQ(reason_of("not_found", "file not found: /p"), "ENOENT");
  EXPECT_EQ(reason_of("invalid_argument", "path is not a directory: /p"), "ENOTDIR");
  EXPECT_EQ(reason_of("internal", "rename: directory not empty"), "ENOTEMPTY");
  EXPECT_EQ(reason_of("permission_denied", "x"), "EACCES");
  EXPECT_EQ(reason_of("internal", "write: no space left on device"), "ENOSPC");
  EXPECT_EQ(reason_of("internal", "something else"), "internal");
  EXPECT_EQ(as_file_error(refused(Plane::kFiles, 400, R"({"message":"'/p' is a directory"})"), "/p")
                .reason(),
            "EISDIR");
}

TEST(E2bErrors, ASandboxThatIsGoneIsNoMissingFile) {
  const Error gone =
      refused(Plane::kFiles, 502, R"({"message":"The sandbox was not found","code":502})");
  EXPECT_EQ(as_file_error(gone, "/p").reason(), reason::kGone);
}

TEST(E2bErrors, RetryAfterIsWholeSeconds) {
  EXPECT_EQ(parse_retry_after("7"), std::chrono::seconds(7));
  EXPECT_EQ(parse_retry_after("0"), std::chrono::seconds(0));
  for (const char* odd : {"", "-1", "1.5", "Wed, 21 Oct 2015 07:28:00 GMT", "99999999999999"}) {
    EXPECT_LT(parse_retry_after(odd).count(), 0) << odd;
  }
}

TEST(E2bErrors, OnlyWhatMayBeSeenTwiceIsSentTwice) {
  const Error broken(SP_INTERRUPTED, "x");
  EXPECT_TRUE(may_retry(broken, Repeat::kSafe));
  EXPECT_FALSE(may_retry(broken, Repeat::kUnsafe));
  const Error busy(SP_UNAVAILABLE, "x", "", sandport::Retry::kYes);
  EXPECT_TRUE(may_retry(busy, Repeat::kUnsafe));
  EXPECT_FALSE(may_retry(sandport::Cancelled{}, Repeat::kSafe));
  EXPECT_FALSE(may_retry(Error(SP_NOT_FOUND, "x"), Repeat::kSafe));
}

}  // namespace
}  // namespace sandport_e2b

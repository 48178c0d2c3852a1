#include "plugins/models/openai/http_error.hpp"

#include <gmock/gmock.h>

namespace {

using openai::ErrorResponse;
using openai::parse_retry_after;
using testing::HasSubstr;
using testing::Not;
using namespace std::chrono_literals;

const auto kNow = std::chrono::system_clock::from_time_t(1'700'000'000);  // 14 Nov 2023 22:13:20

sandport::Error error_of(int status, std::string_view body, std::string_view retry_after = "") {
  ErrorResponse response;
  response.status = status;
  response.body = body;
  response.server = "api.example.com";
  response.model = "m1";
  response.retry_after = retry_after;
  response.request_id = "req-7";
  return openai::to_error(response, kNow);
}

TEST(HttpError, SaysWhatTheServerSaidAndWhatToDo) {
  const auto error = error_of(
      401,
      R"({"error":{"message":"Incorrect API key","type":"invalid_request_error","code":"invalid_api_key"}})");
  EXPECT_EQ(error.code(), SP_UNAUTHENTICATED);
  EXPECT_FALSE(error.retryable());
  EXPECT_EQ(error.reason(), "invalid_api_key");
  EXPECT_STREQ(
      error.what(),
      "HTTP 401 from api.example.com: Incorrect API key; check api_key (request id req-7)");
}

TEST(HttpError, NamesModelAndAddressForNotFound) {
  const auto error = error_of(404, R"({"error":"model not found"})");
  EXPECT_EQ(error.code(), SP_NOT_FOUND);
  EXPECT_THAT(error.what(), testing::AllOf(HasSubstr("model not found"), HasSubstr("\"m1\"")));
}

TEST(HttpError, WaitsAsLongAsTheServerAsks) {
  const auto error = error_of(429, R"({"error":{"message":"slow down"}})", "12");
  EXPECT_EQ(error.code(), SP_RESOURCE_EXHAUSTED);
  EXPECT_TRUE(error.retryable());
  EXPECT_EQ(error.retry_after(), 12s);
}

TEST(HttpError, DoesNotRetryWhenTheQuotaIsSpent) {
  EXPECT_FALSE(
      error_of(429, R"({"error":{"message":"pay","code":"insufficient_quota"}})").retryable());
}

TEST(HttpError, ShowsTheTitleOfAnHtmlPageInOneLine) {
  const auto error = error_of(
      502, "<html>\n<head><title>502 Bad\nGateway</title></head>\n<body>long text</body></html>");
  EXPECT_EQ(error.code(), SP_UNAVAILABLE);
  EXPECT_TRUE(error.retryable());
  EXPECT_THAT(error.what(), testing::AllOf(HasSubstr("\"502 Bad Gateway\""), Not(HasSubstr("\n")),
                                           Not(HasSubstr("long text"))));
}

TEST(HttpError, TellsRetryableStatusesFromOthers) {
  for (const int status : {408, 409, 429, 500, 502, 503, 504, 529}) {
    EXPECT_TRUE(error_of(status, "").retryable()) << status;
  }
  for (const int status : {400, 401, 403, 404, 413, 422, 501}) {
    EXPECT_FALSE(error_of(status, "").retryable()) << status;
  }
}

TEST(HttpError, ReadsTheUsualShapesOfErrors) {
  EXPECT_THAT(error_of(400, R"({"detail":"bad field"})").what(), HasSubstr("bad field"));
  EXPECT_THAT(error_of(400, R"({"message":"bad thing"})").what(), HasSubstr("bad thing"));
  EXPECT_THAT(error_of(400, "plain words").what(), HasSubstr("plain words"));
  EXPECT_LT(std::string(error_of(400, std::string(100'000, 'x')).what()).size(), 500u);
}

TEST(RetryAfter, TakesSecondsAndDates) {
  EXPECT_EQ(parse_retry_after("1.5", kNow), 1500ms);
  EXPECT_EQ(parse_retry_after("Tue, 14 Nov 2023 22:14:00 GMT", kNow), 40s);
  EXPECT_EQ(parse_retry_after("Tue, 14 Nov 2023 22:00:00 GMT", kNow), 0s);
  EXPECT_EQ(parse_retry_after("soon", kNow), std::nullopt);
  EXPECT_EQ(parse_retry_after("", kNow), std::nullopt);
}

}  // namespace

#include "host/engine/http/head_parser.hpp"

#include <gtest/gtest.h>

namespace sandport {
namespace {

using Outcome = HttpHeadParser::Outcome;

TEST(HttpHeadParser, ReadsStatusLineAndHeaders) {
  HttpHeadParser parser;
  EXPECT_EQ(parser.feed("HTTP/2 404 \r\n"), Outcome::kMore);
  EXPECT_EQ(parser.feed("Content-Type:  text/plain \r\n"), Outcome::kMore);
  EXPECT_EQ(parser.feed("\r\n"), Outcome::kComplete);
  EXPECT_EQ(parser.head().version, "2");
  EXPECT_EQ(parser.head().status, 404);
  EXPECT_EQ(parser.head().reason, "");
  EXPECT_EQ(*parser.head().find("content-type"), "text/plain");
}

TEST(HttpHeadParser, StartsAnewAfterAnInterimReply) {
  HttpHeadParser parser;
  parser.feed("HTTP/1.1 100 Continue\r\n");
  parser.feed("X-Interim: 1\r\n");
  EXPECT_EQ(parser.feed("\r\n"), Outcome::kMore);
  parser.feed("HTTP/1.1 201 Created\r\n");
  EXPECT_EQ(parser.feed("\r\n"), Outcome::kComplete);
  EXPECT_EQ(parser.head().status, 201);
  EXPECT_EQ(parser.head().reason, "Created");
  EXPECT_TRUE(parser.head().headers.empty());
}

TEST(HttpHeadParser, StaysWithItsHeadOnceComplete) {
  HttpHeadParser parser;
  parser.feed("HTTP/1.1 200 OK\r\n");
  parser.feed("\r\n");
  EXPECT_EQ(parser.feed("X-Trailer: 1\r\n"), Outcome::kComplete);
  EXPECT_TRUE(parser.head().headers.empty());
}

TEST(HttpHeadParser, HasALimit) {
  HttpHeadParser parser;
  parser.feed("HTTP/1.1 200 OK\r\n");
  const std::string line = "X: " + std::string(100'000, 'x') + "\r\n";
  Outcome outcome = Outcome::kMore;
  for (int i = 0; i < 20 && outcome == Outcome::kMore; ++i) outcome = parser.feed(line);
  EXPECT_EQ(outcome, Outcome::kTooLarge);
}

}  // namespace
}  // namespace sandport

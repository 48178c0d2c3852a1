#include "connect/envelope.hpp"

#include <gtest/gtest.h>

#include <sandport/error.hpp>
#include <vector>

namespace sandport_e2b {
namespace {

std::string end_frame(const std::string& payload) {
  std::string frame = make_frame(payload);
  frame[0] = 2;
  return frame;
}

std::vector<Frame> all(FrameParser& parser) {
  std::vector<Frame> frames;
  while (auto frame = parser.next()) frames.push_back(std::move(*frame));
  return frames;
}

TEST(E2bEnvelope, ARequestIsOneFrame) {
  EXPECT_EQ(make_frame("{}"), std::string("\0\0\0\0\2{}", 7));
  EXPECT_EQ(make_frame(std::string(0x010203, 'x')).substr(0, 5), std::string("\0\0\1\2\3", 5));
}

TEST(E2bEnvelope, FramesComeInPiecesOfOneByte) {
  const std::string stream = make_frame("one") + make_frame("") + end_frame("{}");
  FrameParser parser;
  std::vector<Frame> frames;
  for (const char byte : stream) {
    parser.feed(std::string_view(&byte, 1));
    for (Frame& frame : all(parser)) frames.push_back(std::move(frame));
  }
  ASSERT_EQ(frames.size(), 3u);
  EXPECT_EQ(frames[0].payload, "one");
  EXPECT_FALSE(frames[0].end);
  EXPECT_EQ(frames[1].payload, "");
  EXPECT_TRUE(frames[2].end);
  EXPECT_FALSE(parser.inside_frame());
}

TEST(E2bEnvelope, ManyFramesInOnePiece) {
  FrameParser parser;
  parser.feed(make_frame("a") + make_frame("b") + make_frame("cc").substr(0, 6));
  EXPECT_EQ(all(parser).size(), 2u);
  EXPECT_TRUE(parser.inside_frame());
  parser.feed("c");
  const auto rest = all(parser);
  ASSERT_EQ(rest.size(), 1u);
  EXPECT_EQ(rest[0].payload, "cc");
}

TEST(E2bEnvelope, RefusesALengthOfFourGigabytes) {
  FrameParser parser;
  parser.feed(std::string("\0\xff\xff\xff\xff", 5));
  try {
    static_cast<void>(parser.next());
    FAIL();
  } catch (const sandport::Error& error) {
    EXPECT_EQ(error.code(), SP_DATA_LOSS);
    EXPECT_EQ(error.reason(), "BAD_FRAME");
  }
}

TEST(E2bEnvelope, RefusesCompression) {
  FrameParser parser;
  std::string frame = make_frame("x");
  frame[0] = 1;
  parser.feed(frame);
  EXPECT_THROW(static_cast<void>(parser.next()), sandport::Error);
}

}  // namespace
}  // namespace sandport_e2b

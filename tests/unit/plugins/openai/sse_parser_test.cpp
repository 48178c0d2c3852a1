#include "plugins/models/openai/sse_parser.hpp"

#include <gmock/gmock.h>

#include <stdexcept>
#include <string>
#include <vector>

namespace {

using openai::SseEvent;
using openai::SseParser;
using testing::ElementsAre;

std::vector<std::string> parse(std::string_view text, std::size_t piece) {
  std::vector<std::string> events;
  const auto keep = [&](const SseEvent& event) {
    events.push_back(std::string(event.name) + (event.name.empty() ? "" : ":") +
                     std::string(event.data));
  };
  SseParser parser(1000);
  for (std::size_t at = 0; at < text.size(); at += piece) {
    parser.feed(text.substr(at, piece), keep);
  }
  parser.finish(keep);
  return events;
}

TEST(SseParser, IsTheSameForEveryWayToCutTheStream) {
  const std::string text =
      "\xEF\xBB\xBF: hello\n\ndata: {\"a\":1}\n\ndata:no space\r\n\r\n"
      "event: error\rdata: one\rdata: two\r\rid: 7\nretry: 5\n\n: ping\n\ndata: h\xC3\xA9\n\n"
      "data: [DONE]";
  for (std::size_t piece = 1; piece < 20; ++piece) {
    EXPECT_THAT(parse(text, piece),
                ElementsAre("{\"a\":1}", "no space", "error:one\ntwo", "h\xC3\xA9", "[DONE]"))
        << piece;
  }
}

TEST(SseParser, KeepsAnEmptyDataLine) {
  EXPECT_THAT(parse("data\n\ndata:\n\n", 3), ElementsAre("", ""));
}

TEST(SseParser, TakesOffOneSpaceOnly) { EXPECT_THAT(parse("data:  x\n\n", 2), ElementsAre(" x")); }

TEST(SseParser, RefusesAnEventWithoutEndInBoundedMemory) {
  SseParser parser(1 << 20);
  const std::string block(64 * 1024, 'x');
  const auto ignore = [](const SseEvent&) {};
  EXPECT_THROW(
      {
        for (int i = 0; i < 800; ++i) parser.feed(block, ignore);
      },
      std::length_error);
}

TEST(SseParser, CountsAllDataLinesOfAnEvent) {
  SseParser parser(100);
  const auto ignore = [](const SseEvent&) {};
  EXPECT_THROW(
      {
        for (int i = 0; i < 50; ++i) parser.feed("data: xxxxx\n", ignore);
      },
      std::length_error);
}

}  // namespace

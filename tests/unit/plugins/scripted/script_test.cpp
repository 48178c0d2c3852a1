#include "plugins/models/scripted/script.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

namespace {

using nlohmann::json;
using scripted::parse_script;
using testing::HasSubstr;
using namespace std::chrono_literals;

std::string refusal(const char* options) {
  try {
    static_cast<void>(parse_script(json::parse(options)));
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "";
}

TEST(Script, ReadsEveryPartOfATurn) {
  const auto script = parse_script(json::parse(R"({"turns": [{
    "reasoning": "r", "text": "t", "delay": "1s500ms", "finish_reason": "length",
    "usage": {"input_tokens": 1, "output_tokens": 2},
    "tool_calls": [{"name": "fs_read", "arguments": {"path": "a"}}, {"id": "x", "name": "n", "arguments": "{cut"}],
    "expect": [{"tool": "fs_read", "index": 0, "contains": "c", "is_error": false}],
    "fault": {"code": "RESOURCE_EXHAUSTED", "message": "slow down", "retry_after": "2s", "after_bytes": 3}
  }]})"));
  const auto& turn = script.turns.at(0);
  EXPECT_EQ(turn.reasoning, "r");
  EXPECT_EQ(turn.delay, 1500ms);
  EXPECT_EQ(turn.calls.at(0).arguments, R"({"path":"a"})");
  EXPECT_EQ(turn.calls.at(1).arguments, "{cut");
  EXPECT_EQ(turn.expectations.at(0).contains, "c");
  EXPECT_EQ(turn.fault->code, SP_RESOURCE_EXHAUSTED);
  EXPECT_TRUE(turn.fault->retryable);
  EXPECT_EQ(turn.fault->retry_after, 2s);
}

TEST(Script, EndsRepeatsOrLoops) {
  auto script = parse_script(json::parse(R"({"turns": [{"text": "a"}, {"text": "b"}]})"));
  EXPECT_EQ(script.turn(1)->text, "b");
  EXPECT_EQ(script.turn(2), nullptr);
  script.repeat = scripted::Repeat::kLast;
  EXPECT_EQ(script.turn(7)->text, "b");
  script.repeat = scripted::Repeat::kLoop;
  EXPECT_EQ(script.turn(4)->text, "a");
}

TEST(Script, NamesThePlaceOfAMistake) {
  EXPECT_THAT(refusal(R"({})"), HasSubstr("turns"));
  EXPECT_THAT(refusal(R"({"turns": [{"txt": "a"}]})"), HasSubstr("turns[0].txt: is unknown"));
  EXPECT_THAT(refusal(R"({"turns": [{}, {"tool_calls": [{}]}]})"),
              HasSubstr("turns[1].tool_calls[0].name"));
  EXPECT_THAT(refusal(R"({"turns": [{"expect": [{"matches": "("}]}]})"),
              HasSubstr("turns[0].expect[0].matches: is no regular expression"));
  EXPECT_THAT(refusal(R"({"turns": [{"fault": {"code": "teapot"}}]})"), HasSubstr("teapot"));
  EXPECT_THAT(refusal(R"({"turns": [{"delay": "5"}]})"), HasSubstr("duration"));
  EXPECT_THAT(refusal(R"({"turns": [{}], "repeat": "twice"})"), HasSubstr("twice"));
}

}  // namespace

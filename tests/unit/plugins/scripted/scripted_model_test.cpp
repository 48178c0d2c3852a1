#include <gmock/gmock.h>

#include "tests/unit/plugins/model_host.hpp"

namespace {

using nlohmann::json;
using testing::HasSubstr;

class Scripted : public plugin_test::ModelTest {
 protected:
  void make_turns(const char* turns) { make({{"turns", json::parse(turns)}}); }
};

TEST_F(Scripted, SaysItsTurnsInOrder) {
  make_turns(
      R"([{"text": "one", "reasoning": "hm", "tool_calls": [{"name": "t", "arguments": {"a": 1}}]},
                 {"text": "two"}])");
  add_user("hi");
  const auto first = chat();
  EXPECT_EQ(first.text, "one");
  EXPECT_EQ(first.reasoning, "hm");
  EXPECT_EQ(first.result.at("finish_reason"), "tool_calls");
  const json call = first.result.at("message").at("tool_calls").at(0);
  EXPECT_EQ(call.at("arguments"), json({{"a", 1}}));
  EXPECT_EQ(call.at("id"), first.tool_calls.front().at("id"));
  EXPECT_TRUE(first.tool_calls.back().at("complete"));
  EXPECT_TRUE(first.result.contains("usage"));
  add(first.result.at("message"));
  add_result(call.at("id"), "ok");
  EXPECT_EQ(chat().text, "two");
}

TEST_F(Scripted, ServesManySessionsAtOnce) {
  make_turns(R"([{"text": "one"}, {"text": "two"}])");
  for (int i = 0; i < 100; ++i) {
    session_ = "session " + std::to_string(i);
    messages_.clear();
    add_user("hi");
    EXPECT_EQ(chat().text, "one");
  }
  add(json::parse(R"({"role": "assistant", "content": []})"));
  EXPECT_EQ(chat().text, "two");
}

TEST_F(Scripted, ChecksToolResults) {
  add(json::parse(
      R"({"role": "assistant", "content": [], "tool_calls": [{"id": "1", "name": "t", "arguments": {}}]})"));
  add_result("1", "41");
  make({{"repeat", "last"},
        {"turns", json::parse(R"([{"expect": [{"contains": "42"}], "text": "right"}])")}});
  const auto answer = chat();
  EXPECT_EQ(answer.code, SP_FAILED_PRECONDITION);
  EXPECT_EQ(answer.reason, "EXPECTATION_FAILED");
  EXPECT_THAT(answer.message, HasSubstr("turn 2"));
  EXPECT_THAT(answer.message, HasSubstr("\"42\", but it was \"41\""));
}

TEST_F(Scripted, FailsAsOftenAsTheFaultSaysThenAnswers) {
  make_turns(R"([{"text": "answer", "fault": {"code": "resource_exhausted", "message": "slow down",
                  "after_bytes": 3, "times": 2}}])");
  add_user("hi");
  for (int i = 0; i < 2; ++i) {
    const auto failed = chat();
    EXPECT_EQ(failed.code, SP_RESOURCE_EXHAUSTED);
    EXPECT_TRUE(failed.retryable);
    EXPECT_EQ(failed.text, "ans");
  }
  EXPECT_EQ(chat().text, "answer");
}

TEST_F(Scripted, SaysThatTheScriptIsOver) {
  make_turns(R"([{"text": "only"}])");
  add(json::parse(R"({"role": "assistant", "content": []})"));
  const auto answer = chat();
  EXPECT_EQ(answer.reason, "SCRIPT_OVER");
  EXPECT_FALSE(answer.retryable);
}

TEST_F(Scripted, WaitsWithTheHostsTimerAndCanBeCancelled) {
  make_turns(R"([{"text": "late", "delay": "1h"}])");
  add_user("hi");
  start_chat();
  EXPECT_FALSE(sink_->done());
  host_.clock().advance(std::chrono::hours(1));
  EXPECT_EQ(finish_chat().text, "late");
  session_ = "other";
  start_chat();
  sink_->cancel();
  EXPECT_EQ(finish_chat().code, SP_CANCELLED);
}

TEST_F(Scripted, StreamsInPiecesThatSplitNoCharacter) {
  make({{"chunk_size", 2}, {"turns", json::parse(R"([{"text": "aé漢"}])")}});
  add_user("hi");
  start_chat();
  std::size_t pieces = 0;
  for (const auto& event : sink_->events()) pieces += event.channel == SP_CHANNEL_TEXT ? 1u : 0u;
  EXPECT_EQ(pieces, 3u);
  EXPECT_EQ(finish_chat().text, "aé漢");
}

TEST_F(Scripted, MarksBrokenArguments) {
  make_turns(R"([{"tool_calls": [{"name": "t", "arguments": "{\"cut"}]}])");
  add_user("hi");
  const json call = chat().result.at("message").at("tool_calls").at(0);
  EXPECT_FALSE(call.contains("arguments"));
  EXPECT_EQ(call.at("arguments_text"), "{\"cut");
}

TEST_F(Scripted, ReportsAnEmptyTurnAsAnEmptyReply) {
  make_turns(R"([{"reasoning": "only thoughts"}])");
  add_user("hi");
  const auto answer = chat();
  EXPECT_EQ(answer.code, SP_UNAVAILABLE);
  EXPECT_EQ(answer.reason, "EMPTY_REPLY");
}

}  // namespace

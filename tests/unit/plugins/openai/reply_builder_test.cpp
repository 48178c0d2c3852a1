#include "plugins/models/openai/reply_builder.hpp"

#include <gmock/gmock.h>
#include <sandport/error.hpp>

#include <nlohmann/json.hpp>

namespace {

using nlohmann::json;
using openai::ReplyState;

struct Recorder : openai::ReplyListener {
  std::string text;
  std::string reasoning;
  std::vector<json> calls;
  std::vector<json> usage;
  void on_text(std::string_view fragment) override { text += fragment; }
  void on_reasoning(std::string_view fragment) override { reasoning += fragment; }
  void on_tool_call(const json& delta) override { calls.push_back(delta); }
  void on_usage(const json& counts) override { usage.push_back(counts); }
};

class Reply : public testing::Test {
 protected:
  void chunk(const char* text) { builder_.add(json::parse(text)); }
  void delta(const std::string& text) {
    builder_.add(json::parse(R"({"id":"c","model":"m","choices":[{"index":0,"delta":)" + text +
                             R"(,"finish_reason":null}]})"));
  }
  void finish_reason(const std::string& reason) {
    builder_.add(
        json::parse(R"({"choices":[{"index":0,"delta":{},"finish_reason":")" + reason + R"("}]})"));
  }
  json result() {
    EXPECT_EQ(builder_.finish(), ReplyState::kFinished);
    return builder_.result();
  }

  Recorder recorder_;
  openai::ReplyBuilder builder_{recorder_};
};

TEST_F(Reply, JoinsTextAndReasoning) {
  delta(R"({"role":"assistant","content":null,"reasoning_content":"I "})");
  delta(R"({"reasoning_content":"think"})");
  delta(R"({"content":"Hel"})");
  delta(R"({"content":"lo"})");
  finish_reason("stop");
  const json reply = result();
  EXPECT_EQ(recorder_.text, "Hello");
  EXPECT_EQ(recorder_.reasoning, "I think");
  EXPECT_EQ(
      reply.at("message").at("content"),
      json::parse(R"([{"type":"reasoning","text":"I think"},{"type":"text","text":"Hello"}])"));
  EXPECT_EQ(reply.at("model"), "m");
}

TEST_F(Reply, KeepsReasoningThatIsThereButEmpty) {
  delta(R"({"reasoning_content":""})");
  delta(R"({"content":"x"})");
  finish_reason("stop");
  EXPECT_EQ(result().at("message").at("content").at(0),
            json::parse(R"({"type":"reasoning","text":""})"));
}

TEST_F(Reply, KeepsInterleavedCallsApartByIndex) {
  delta(
      R"({"tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"f","arguments":""}}]})");
  delta(R"({"tool_calls":[{"index":0,"function":{"arguments":"{\"x\""}}]})");
  delta(R"({"tool_calls":[{"index":1,"id":"b","function":{"name":"g","arguments":"{\"y\":"}}]})");
  delta(
      R"({"tool_calls":[{"index":0,"function":{"arguments":":1}"}},{"index":1,"function":{"arguments":"2}"}}]})");
  finish_reason("tool_calls");
  const json calls = result().at("message").at("tool_calls");
  EXPECT_EQ(calls.at(0), json::parse(R"({"id":"a","name":"f","arguments":{"x":1}})"));
  EXPECT_EQ(calls.at(1), json::parse(R"({"id":"b","name":"g","arguments":{"y":2}})"));
}

TEST_F(Reply, SaysThatACallIsWholeWhenTheNextOneStarts) {
  delta(R"({"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{}"}}]})");
  EXPECT_FALSE(recorder_.calls.back().contains("complete"));
  delta(R"({"tool_calls":[{"index":1,"id":"b","function":{"name":"g","arguments":"{}"}}]})");
  EXPECT_EQ(recorder_.calls.at(1).at("index"), 0);
  EXPECT_TRUE(recorder_.calls.at(1).at("complete"));
  finish_reason("tool_calls");
  static_cast<void>(result());
  int complete = 0;
  for (const json& call : recorder_.calls) complete += call.value("complete", false) ? 1 : 0;
  EXPECT_EQ(complete, 2);
}

TEST_F(Reply, DoesNotCallWholeWhatTheTokenLimitCut) {
  delta(R"({"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\":"}}]})");
  finish_reason("length");
  const json reply = result();
  for (const json& call : recorder_.calls) EXPECT_FALSE(call.contains("complete"));
  const json call = reply.at("message").at("tool_calls").at(0);
  EXPECT_FALSE(call.contains("arguments"));
  EXPECT_EQ(call.at("arguments_text"), "{\"x\":");
  EXPECT_EQ(reply.at("finish_reason"), "length");
}

TEST_F(Reply, TellsCallsApartThatAllHaveIndexZero) {
  delta(R"({"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\":1}"}}]})");
  delta(R"({"tool_calls":[{"index":0,"id":"b","function":{"name":"f","arguments":"{\"x\":2}"}}]})");
  finish_reason("stop");
  const json reply = result();
  EXPECT_EQ(reply.at("message").at("tool_calls").size(), 2u);
  EXPECT_EQ(reply.at("finish_reason"), "tool_calls");
}

TEST_F(Reply, TakesCallsWithoutIndexOrId) {
  delta(R"({"tool_calls":[{"function":{"name":"f","arguments":{"x":1}}}]})");
  finish_reason("tool_calls");
  const json call = result().at("message").at("tool_calls").at(0);
  EXPECT_TRUE(call.at("id").get<std::string>().starts_with("call_"));
  EXPECT_EQ(call.at("arguments"), json({{"x", 1}}));
}

TEST_F(Reply, TakesNoArgumentsForAnEmptyObjectAndDecodesThemTwiceIfNeeded) {
  delta(R"({"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":""}}]})");
  delta(
      R"({"tool_calls":[{"index":1,"id":"b","function":{"name":"g","arguments":"\"{\\\"x\\\":1}\""}}]})");
  finish_reason("tool_calls");
  const json calls = result().at("message").at("tool_calls");
  EXPECT_EQ(calls.at(0).at("arguments"), json::object());
  EXPECT_EQ(calls.at(1).at("arguments"), json({{"x", 1}}));
}

TEST_F(Reply, ReadsUsageOfAFinalChunkWithoutChoices) {
  delta(R"({"content":"x"})");
  finish_reason("stop");
  chunk(R"({"choices":[],"usage":{"prompt_tokens":10,"completion_tokens":2,"total_tokens":12,
           "prompt_tokens_details":{"cached_tokens":4},"completion_tokens_details":{"reasoning_tokens":1}}})");
  EXPECT_EQ(result().at("usage"), json::parse(R"({"input_tokens":10,"output_tokens":2,
                                    "cached_input_tokens":4,"reasoning_tokens":1})"));
}

TEST_F(Reply, ReadsUsageInsideTheChoice) {
  delta(R"({"content":"x"})");
  chunk(R"({"choices":[{"index":0,"delta":{},"finish_reason":"stop",
           "usage":{"prompt_tokens":10,"completion_tokens":2,"cached_tokens":3}}]})");
  EXPECT_EQ(result().at("usage").at("cached_input_tokens"), 3);
}

TEST_F(Reply, IsOpenWithoutFinishReasonAndEndMark) {
  delta(R"({"content":"half"})");
  EXPECT_EQ(builder_.finish(), ReplyState::kOpen);
}

TEST_F(Reply, IsEmptyWithOnlyReasoning) {
  delta(R"({"reasoning_content":"hm"})");
  finish_reason("stop");
  EXPECT_EQ(builder_.finish(), ReplyState::kEmpty);
}

TEST_F(Reply, ThrowsAnErrorInTheStream) {
  try {
    chunk(R"({"error":{"message":"overloaded","type":"server_error"}})");
    FAIL();
  } catch (const sandport::Error& error) {
    EXPECT_EQ(error.code(), SP_UNAVAILABLE);
    EXPECT_TRUE(error.retryable());
    EXPECT_THAT(error.what(), testing::HasSubstr("overloaded"));
  }
}

TEST_F(Reply, IgnoresOddMembers) {
  chunk("[]");
  chunk(R"({"choices":null})");
  chunk(R"({"choices":[null,{"index":0,"delta":null},{"index":1,"delta":{"content":"other"}}]})");
  delta(R"({"content":5,"tool_calls":[null,{},{"index":0}]})");
  delta(R"({"content":"x"})");
  finish_reason("stop");
  EXPECT_EQ(result().at("message").at("content").at(0).at("text"), "x");
}

TEST_F(Reply, JoinsACharacterThatTwoDeltasCut) {
  const auto raw = [this](const std::string& bytes) {
    builder_.add(json::parse(openai::escape_broken_utf8(
        R"({"choices":[{"index":0,"delta":{"content":")" + bytes + R"("}}]})")));
  };
  raw("a\xE6\xBC");
  EXPECT_EQ(recorder_.text, "a");
  raw("\xA2z");
  EXPECT_EQ(recorder_.text, "a漢z");
  raw("\xE6");
  finish_reason("stop");
  EXPECT_EQ(result().at("message").at("content").at(0).at("text"), "a漢z\xEF\xBF\xBD");
}

}  // namespace

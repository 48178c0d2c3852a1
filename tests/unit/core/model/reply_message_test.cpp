#include "core/model/reply_message.hpp"

#include <gmock/gmock.h>

#include "core/error.hpp"

namespace sandport::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(ReplyMessage, ReadsTextReasoningAndCalls) {
  const ReplyMessage reply(
      R"({"role":"assistant","content":[{"type":"reasoning","text":"hm"},{"type":"text","text":"a"},)"
      R"({"type":"text","text":"b"}],"tool_calls":[{"id":"1","name":"f","arguments":{"x":1}}]})");
  EXPECT_EQ(reply.text(), "ab");
  EXPECT_TRUE(reply.has_text());
  EXPECT_TRUE(reply.has_reasoning());
  ASSERT_THAT(reply.calls(), SizeIs(1));
  EXPECT_EQ(reply.calls()[0].id, "1");
  EXPECT_EQ(reply.calls()[0].arguments, R"({"x":1})");
}

TEST(ReplyMessage, WritesBackWhatItDoesNotKnow) {
  const std::string text =
      R"({"role":"assistant","content":[{"type":"reasoning","text":"","signature":"s"}],)"
      R"("extra":1,"tool_calls":[{"id":"1","name":"f","arguments":{},"thought":"t"}]})";
  EXPECT_EQ(ReplyMessage(text).json(), text);
}

TEST(ReplyMessage, NeverWritesBrokenArguments) {
  const ReplyMessage reply(R"({"role":"assistant","content":[],"tool_calls":[{"id":"1","name":"f",)"
                           R"("arguments_error":"cut at byte 5","arguments_text":"{\"a\":"}]})");
  EXPECT_EQ(reply.calls()[0].error, "cut at byte 5");
  EXPECT_EQ(reply.json(), R"({"role":"assistant","content":[],)"
                          R"("tool_calls":[{"id":"1","name":"f","arguments":{}}]})");
}

TEST(ReplyMessage, RepairsWhatIsTrivial) {
  const ReplyMessage reply(
      R"({"role":"assistant","content":"hi","tool_calls":[{"id":"1","name":"f"},)"
      R"({"id":"2","name":"f","arguments":null},{"id":"3","name":"f","arguments":"{\"a\": 1}"},)"
      R"({"id":"4","name":"f","arguments_error":"empty","arguments_text":" "}]})");
  EXPECT_EQ(reply.text(), "hi");
  for (const RequestedCall& call : reply.calls()) EXPECT_THAT(call.error, IsEmpty()) << call.id;
  EXPECT_EQ(reply.calls()[2].arguments, R"({"a":1})");
  EXPECT_EQ(reply.calls()[3].arguments, "{}");
}

TEST(ReplyMessage, KeepsWhatWasStreamed) {
  RequestedCall call;
  call.id = "1";
  call.name = "f";
  call.arguments = R"({"a":1})";
  EXPECT_EQ(ReplyMessage("hi", "hm", {call}).json(),
            R"({"role":"assistant","content":[{"type":"reasoning","text":"hm"},)"
            R"({"type":"text","text":"hi"}],)"
            R"("tool_calls":[{"id":"1","name":"f","arguments":{"a":1}}]})");
  EXPECT_EQ(ReplyMessage("", "", {}).json(), R"({"role":"assistant","content":[]})");
}

TEST(ReplyMessage, RefusesWhatIsNoAssistantMessage) {
  EXPECT_THROW(ReplyMessage("nonsense"), Error);
  EXPECT_THROW(ReplyMessage(R"({"role":"user","content":[]})"), Error);
}

TEST(ReadArguments, TakesObjectsAndNothingElse) {
  std::string arguments;
  std::string error;
  EXPECT_TRUE(read_arguments(" \n", arguments, error));
  EXPECT_EQ(arguments, "{}");
  EXPECT_TRUE(read_arguments(R"({ "b" : 1, "a" : 2 })", arguments, error));
  EXPECT_EQ(arguments, R"({"b":1,"a":2})");
  EXPECT_FALSE(read_arguments("[1]", arguments, error));
  EXPECT_THAT(error, HasSubstr("array"));
  EXPECT_FALSE(read_arguments(R"({"a":1}x)", arguments, error));
  EXPECT_THAT(error, HasSubstr("not valid JSON"));
}

TEST(CanonicalArguments, DoNotDependOnOrderOrSpace) {
  EXPECT_EQ(canonical_arguments(R"({"b": [1, {"d":1,"c":2}], "a": 2})"),
            canonical_arguments(R"({"a":2,"b":[1,{"c":2,"d":1}]})"));
  EXPECT_NE(canonical_arguments(R"({"a":1})"), canonical_arguments(R"({"a":"1"})"));
}

}  // namespace
}  // namespace sandport::testing

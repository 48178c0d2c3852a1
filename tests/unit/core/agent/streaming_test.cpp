#include "tests/unit/core/agent/agent_testing.hpp"

namespace sandport::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class Streaming : public LoopTest {
 protected:
  // One fragment of a call.
  static void fragment(ReplyListener& listener, std::uint32_t index, std::string id,
                       std::string name, std::string arguments, bool complete = false) {
    ToolCallDelta delta;
    delta.index = index;
    delta.id = std::move(id);
    delta.name = std::move(name);
    delta.arguments = std::move(arguments);
    delta.complete = complete;
    listener.on_tool_call(delta);
  }
};

TEST_F(Streaming, StartsACallWhileTheReplyStillStreams) {
  Gate rest(context);
  add_tool("look", "a tree");
  model
      .then([&](const ChatRequest&, ReplyListener& listener) -> Task<ChatReply> {
        stream_call(listener, 0, {"c1", "look", "{}"});
        co_await rest.wait();
        co_return reply_of("", {{"c1", "look"}});
      })
      .then(say("done"));
  start("go");
  EXPECT_THAT(tools->used, ElementsAre("look {}"));
  // What is acted on is in the log, although the reply is not.
  EXPECT_THAT(log->types(), ElementsAre("user_message", "step_started", "tool_call_started",
                                        "tool_call_finished"));
  rest.open();
  EXPECT_EQ(finish().text, "done");
  EXPECT_THAT(tools->used, SizeIs(1));
  EXPECT_THAT(seen(), ElementsAre("user: go", "assistant: <c1 look {}>", "tool: a tree"));
}

TEST_F(Streaming, KeepsInterleavedCallsApartByIndex) {
  add_tool("left", "l");
  add_tool("right", "r");
  model
      .then([](const ChatRequest&, ReplyListener& listener) -> Task<ChatReply> {
        fragment(listener, 0, "a", "left", R"({"x")");
        fragment(listener, 1, "b", "right", R"({"y":)");
        fragment(listener, 0, "", "", R"(:1})", true);
        fragment(listener, 1, "", "", R"(2})", true);
        co_return reply_of("", {{"a", "left", R"({"x":1})"}, {"b", "right", R"({"y":2})"}});
      })
      .then(say("done"));
  run("go");
  EXPECT_THAT(tools->used, ElementsAre(R"(left {"x":1})", R"(right {"y":2})"));
}

TEST_F(Streaming, DoesNotStartACallBeforeItsArgumentsAreWhole) {
  Gate rest(context);
  add_tool("look", "a tree");
  model
      .then([&](const ChatRequest&, ReplyListener& listener) -> Task<ChatReply> {
        fragment(listener, 0, "c1", "look", R"({"at":1})");
        co_await rest.wait();
        co_return reply_of("", {{"c1", "look", R"({"at":12})"}});
      })
      .then(say("done"));
  start("go");
  EXPECT_THAT(tools->used, IsEmpty());
  rest.open();
  finish();
  EXPECT_THAT(tools->used, ElementsAre(R"(look {"at":12})"));
}

TEST_F(Streaming, RunsTheCallsOfAModelThatDoesNotStream) {
  add_tool("look", "a tree");
  model.then(give(reply_of("", {{"c1", "look"}}))).then(say("done"));
  EXPECT_EQ(run("go").text, "done");
  EXPECT_THAT(tools->used, SizeIs(1));
}

TEST_F(Streaming, RunsTwoEqualCallsOfOneReplyTwice) {
  add_tool("look", "a tree");
  model.then(say("", {{"c1", "look"}, {"c2", "look"}})).then(say("done"));
  run("go");
  EXPECT_THAT(tools->used, SizeIs(2));
  EXPECT_THAT(seen(), ElementsAre("user: go", "assistant: <c1 look {}><c2 look {}>", "tool: a tree",
                                  "tool: a tree"));
}

TEST_F(Streaming, MakesRepeatedAndMissingIdsUnique) {
  add_tool("look", "a tree");
  model
      .then(say(
          "",
          {{"c", "look", R"({"n":1})"}, {"c", "look", R"({"n":2})"}, {"", "look", R"({"n":3})"}}))
      .then(say("done"));
  run("go");
  EXPECT_EQ(seen()[1], R"(assistant: <c look {"n":1}><c-2 look {"n":2}><call_1_3 look {"n":3}>)");
}

TEST_F(Streaming, TellsACutReplyFromAFinishedOne) {
  model.then(say("once upon a", {}, "length"));
  const TurnResult result = run("tell me");
  EXPECT_EQ(result.end, TurnEnd::kCutOff);
  EXPECT_EQ(result.text, "once upon a");
  EXPECT_EQ(result.finish_reason, "length");
  EXPECT_THAT(result.message, HasSubstr("agent.max_output_tokens"));
  EXPECT_THAT(heard.lines.back(), HasSubstr(R"("reason":"cut_off")"));
  EXPECT_THAT(log->events.back().payload_json, HasSubstr("cut_off"));
}

TEST_F(Streaming, TakesAReplyCutWhileThinkingAsCutAndNotAsEmpty) {
  ChatReply reply = reply_of("", {}, "length");
  reply.message = R"({"role":"assistant","content":[{"type":"reasoning","text":"hmm"}]})";
  model.then(give(reply));
  EXPECT_EQ(run("think").end, TurnEnd::kCutOff);
  EXPECT_THAT(model.requests, SizeIs(1));
}

TEST_F(Streaming, NamesTheContentFilter) {
  model.then(say("I", {}, "content_filter"));
  const TurnResult result = run("tell me");
  EXPECT_EQ(result.end, TurnEnd::kCutOff);
  EXPECT_THAT(result.message, HasSubstr("content filter"));
}

TEST_F(Streaming, AnswersACallCutInItsArgumentsWithAToolError) {
  add_tool("write", "ok");
  model.then(say("", {{"c1", "write", R"({"text":"abc)"}}, "length")).then(say("shorter now"));
  EXPECT_EQ(run("go").text, "shorter now");
  EXPECT_THAT(tools->used, IsEmpty());
  EXPECT_EQ(seen()[1], "assistant: <c1 write {}>");
  EXPECT_THAT(seen()[2], HasSubstr("cut off at the output limit"));
  EXPECT_THAT(seen()[2], HasSubstr("(error)"));
}

}  // namespace
}  // namespace sandport::testing

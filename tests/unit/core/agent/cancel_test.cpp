#include "tests/unit/core/agent/agent_testing.hpp"

namespace sandport::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class Cancel : public LoopTest {
 protected:
  ToolBody hang(Gate& gate) {
    return [&gate](ToolUse, auto) -> Task<ToolResult> {
      co_await gate.wait();
      co_return text_result("finished after all");
    };
  }
  ModelTurn stall(Gate& gate, std::string text, std::vector<ScriptedCall> calls = {}) {
    return [&gate, text, calls](const ChatRequest&, ReplyListener& listener) -> Task<ChatReply> {
      listener.on_text(text);
      for (std::uint32_t i = 0; i < calls.size(); ++i) stream_call(listener, i, calls[i]);
      co_await gate.wait();
      co_return reply_of("unreachable");
    };
  }
  void expect_usable() {
    model.then(say("at your service"));
    EXPECT_EQ(run("again").text, "at your service");
  }
};

TEST_F(Cancel, WhileTheModelStreamsKeepsWhatItSaid) {
  Gate never(context);
  model.then(stall(never, "once upon a"));
  start("tell me");
  loop().interrupt();
  settle();
  ASSERT_TRUE(finished());
  EXPECT_EQ(finish().end, TurnEnd::kInterrupted);
  EXPECT_EQ(finish().text, "once upon a");
  EXPECT_EQ(never.waiting(), 0);
  EXPECT_THAT(history(), ElementsAre("user: tell me", "assistant: once upon a"));
  EXPECT_THAT(log->payloads("assistant_message")[0], HasSubstr(R"("finish_reason":"interrupted")"));
  EXPECT_THAT(log->payloads("turn_finished")[0], HasSubstr(R"("reason":"interrupted")"));
  expect_usable();
}

TEST_F(Cancel, BeforeTheModelSaysAnythingLeavesOnlyTheQuestion) {
  Gate never(context);
  model.then(stall(never, ""));
  start("tell me");
  loop().interrupt();
  EXPECT_EQ(finish().end, TurnEnd::kInterrupted);
  EXPECT_THAT(history(), ElementsAre("user: tell me"));
  expect_usable();
}

TEST_F(Cancel, WhileAToolRunsStopsItAndSaysSo) {
  Gate never(context);
  add_tool("hang", hang(never));
  add_tool("look", "a tree");
  model.then(say("on it", {{"c1", "hang"}, {"c2", "look"}}));
  start("go");
  loop().interrupt();
  EXPECT_EQ(finish().end, TurnEnd::kInterrupted);
  EXPECT_EQ(never.waiting(), 0);
  ASSERT_THAT(history(), SizeIs(4));
  EXPECT_THAT(history()[2], HasSubstr("the user interrupted"));
  EXPECT_EQ(history()[3], "tool: a tree");
  EXPECT_THAT(log->payloads("tool_call_interrupted")[0], HasSubstr(R"("started":true)"));
  expect_usable();
}

TEST_F(Cancel, WhileAToolRunsDuringTheStreamKeepsBoth) {
  Gate never(context);
  add_tool("hang", hang(never));
  model.then(stall(never, "on it", {{"c1", "hang"}}));
  start("go");
  loop().interrupt();
  EXPECT_EQ(finish().end, TurnEnd::kInterrupted);
  EXPECT_EQ(never.waiting(), 0);
  ASSERT_THAT(history(), SizeIs(3));
  EXPECT_EQ(history()[1], "assistant: on it<c1 hang {}>");
  EXPECT_THAT(history()[2], HasSubstr("the user interrupted"));
  expect_usable();
}

TEST_F(Cancel, DoesNotStartCallsThatWait) {
  Gate never(context);
  config.limits.max_parallel_tools = 1;
  add_tool("hang", hang(never));
  add_tool("wipe", "wiped");
  model.then(say("", {{"c1", "hang"}, {"c2", "wipe"}}));
  start("go");
  loop().interrupt();
  finish();
  EXPECT_THAT(tools->used, ElementsAre("hang {}"));
  EXPECT_THAT(history(), SizeIs(4));
  EXPECT_THAT(log->payloads("tool_call_interrupted")[0], HasSubstr(R"("started":false)"));
}

TEST_F(Cancel, DoesNotBeginAToolWhoseStartIsBeingRecorded) {
  add_tool("wipe", "wiped");
  log->before = [this](const Event& event) {
    if (event.type == "tool_call_started") loop().interrupt();
  };
  model.then(say("", {{"c1", "wipe"}}));
  EXPECT_EQ(run("go").end, TurnEnd::kInterrupted);
  EXPECT_THAT(tools->used, IsEmpty());
  EXPECT_THAT(history(), SizeIs(3));
}

TEST_F(Cancel, KeepsTheResultOfAToolThatEndsAnyway) {
  Gate never(context);
  add_tool("careful", [&](ToolUse, auto) -> Task<ToolResult> {
    try {
      co_await never.wait();
    } catch (const std::exception&) {
    }
    co_return text_result("rolled back");
  });
  model.then(say("", {{"c1", "careful"}}));
  start("go");
  loop().interrupt();
  finish();
  EXPECT_EQ(history().back(), "tool: rolled back");
  EXPECT_FALSE(log->has("tool_call_interrupted"));
}

TEST_F(Cancel, WhileItWaitsForARetryEndsTheWait) {
  model.then(fail_with(Error(Code::kUnavailable, "no route")));
  start("go");
  EXPECT_FALSE(finished());
  const auto began = clock.now();
  loop().interrupt();
  EXPECT_EQ(finish().end, TurnEnd::kInterrupted);
  EXPECT_EQ(clock.now(), began);
  EXPECT_THAT(model.requests, SizeIs(1));
  expect_usable();
}

TEST_F(Cancel, WhileAPersonIsAskedTakesTheQuestionBack) {
  config.policy = policy_of({}, {"push"});
  ScriptedApprover approver;
  config.approver = &approver;
  Gate thinking(context);
  approver.answer = [&](PermissionRequest) -> Task<PermissionAnswer> {
    co_await thinking.wait();
    co_return PermissionAnswer();
  };
  add_tool("push", "pushed");
  model.then(say("", {{"c1", "push"}}));
  start("go");
  EXPECT_EQ(thinking.waiting(), 1);
  loop().interrupt();
  EXPECT_EQ(finish().end, TurnEnd::kInterrupted);
  EXPECT_EQ(thinking.waiting(), 0);
  EXPECT_THAT(tools->used, IsEmpty());
  EXPECT_THAT(history(), SizeIs(3));
  expect_usable();
}

TEST_F(Cancel, WhileIdleDoesNotTouchTheNextTurn) {
  loop().interrupt();
  expect_usable();
  loop().interrupt();
  expect_usable();
}

TEST_F(Cancel, ThroughTheCoroutineIsTheSame) {
  Gate never(context);
  model.then(stall(never, "once upon a"));
  start("tell me");
  cancel.emit(boost::asio::cancellation_type::terminal);
  settle();
  ASSERT_TRUE(finished());
  EXPECT_EQ(finish().end, TurnEnd::kInterrupted);
  EXPECT_TRUE(log->has("turn_finished"));
  expect_usable();
}

TEST_F(Cancel, TwiceIsOnce) {
  Gate never(context);
  add_tool("hang", hang(never));
  model.then(say("", {{"c1", "hang"}}));
  start("go");
  loop().interrupt();
  loop().interrupt();
  EXPECT_EQ(finish().end, TurnEnd::kInterrupted);
  EXPECT_THAT(log->payloads("turn_finished"), SizeIs(1));
}

}  // namespace
}  // namespace sandport::testing

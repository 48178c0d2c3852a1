#include "tests/unit/core/agent/agent_testing.hpp"

namespace sandport::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class Limits : public LoopTest {
 protected:
  Limits() {
    add_tool("look", "a tree");
    add_tool("other", "a bush");
  }
  static ModelTurn looks(int at) {
    return say("", {{"c", "look", R"({"at":)" + std::to_string(at) + "}"}});
  }
};

TEST_F(Limits, StopAfterTheLastStepAndNameTheKey) {
  config.limits.max_steps = 2;
  model.then(looks(1)).then(looks(2)).then(say("third")).then(say("after"));
  const TurnResult result = run("go");
  EXPECT_EQ(result.end, TurnEnd::kLimitReached);
  EXPECT_EQ(result.limit_key, "agent.max_steps");
  EXPECT_THAT(result.message, HasSubstr("agent.max_steps"));
  EXPECT_EQ(result.steps, 2U);
  EXPECT_THAT(model.requests, SizeIs(2));
  EXPECT_THAT(tools->used, SizeIs(2));  // the history has a result for every call
  EXPECT_THAT(log->payloads("limit_reached")[0], HasSubstr(R"("key":"agent.max_steps")"));
  EXPECT_THAT(heard.of_type("limit_reached"), SizeIs(1));
  EXPECT_EQ(run("go on").text, "third");  // counted for each turn anew
}

TEST_F(Limits, StopAfterTheTokens) {
  config.limits.max_tokens = 30;
  model.then(looks(1)).then(looks(2)).then(say("never"));
  const TurnResult result = run("go");
  EXPECT_EQ(result.limit_key, "agent.max_tokens");
  EXPECT_THAT(result.message, HasSubstr("30 tokens"));
  EXPECT_THAT(model.requests, SizeIs(2));
}

TEST_F(Limits, DoNotSpoilAReplyThatFinishes) {
  config.limits.max_tokens = 1;
  config.limits.max_steps = 1;
  model.then(say("done"));
  EXPECT_EQ(run("go").end, TurnEnd::kFinished);
}

TEST_F(Limits, StopAToolWhenTheTimeIsOver) {
  config.limits.max_time = 1min;
  Gate never(context);
  add_tool("hang", [&](ToolUse, auto) -> Task<ToolResult> {
    co_await never.wait();
    co_return text_result("unreachable");
  });
  model.then(say("", {{"c1", "hang"}}));
  const auto began = clock.now();
  const TurnResult result = run("go");
  EXPECT_EQ(clock.now() - began, 1min);
  EXPECT_EQ(result.limit_key, "agent.max_time");
  EXPECT_EQ(never.waiting(), 0);
  EXPECT_THAT(history().back(), HasSubstr("agent.max_time"));
}

TEST_F(Limits, StopAModelWhenTheTimeIsOver) {
  config.limits.max_time = 1min;
  Gate never(context);
  model.then([&](const ChatRequest&, ReplyListener& listener) -> Task<ChatReply> {
    listener.on_text("once upon");
    co_await never.wait();
    co_return reply_of("unreachable");
  });
  EXPECT_EQ(run("go").limit_key, "agent.max_time");
  EXPECT_EQ(never.waiting(), 0);
  EXPECT_THAT(history(), ElementsAre("user: go", "assistant: once upon"));
}

TEST_F(Limits, StopAStreakOfIdenticalCalls) {
  config.limits.max_identical_calls = 3;
  model.fallback = looks(1);
  const TurnResult result = run("go");
  EXPECT_EQ(result.limit_key, "agent.max_identical_calls");
  EXPECT_THAT(result.message, HasSubstr("look"));
  EXPECT_THAT(tools->used, SizeIs(3));
}

TEST_F(Limits, SeeAStreakThroughOtherCallsAndTheOrderOfKeys) {
  config.limits.max_identical_calls = 2;
  model.then(say("", {{"1", "look", R"({"a":1,"b":2})"}}))
      .then(say("", {{"1", "other"}, {"2", "look", R"({"b":2,"a":1})"}}))
      .then(say("never"));
  EXPECT_EQ(run("go").limit_key, "agent.max_identical_calls");
}

TEST_F(Limits, DoNotCountCallsThatDifferOrPause) {
  config.limits.max_identical_calls = 2;
  model.then(looks(1)).then(looks(2)).then(looks(1)).then(say("done"));
  EXPECT_EQ(run("go").text, "done");
}

TEST_F(Limits, OfZeroDoNotLimit) {
  config.limits.max_steps = 0;
  config.limits.max_identical_calls = 0;
  for (int i = 0; i < 200; ++i) model.then(looks(1));
  model.then(say("done"));
  EXPECT_EQ(run("go").steps, 201U);
}

}  // namespace
}  // namespace sandport::testing

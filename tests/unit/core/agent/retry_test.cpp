#include "core/agent/retry.hpp"

#include "tests/unit/core/agent/agent_testing.hpp"

namespace sandport::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class Retries : public LoopTest {
 protected:
  Retries() {
    config.random = [] { return 0.999; };
  }

  static Error busy(std::chrono::milliseconds after = 0ms) {
    return {Code::kResourceExhausted, "429 too many requests", Retry::kYes, after};
  }
  // Streams a whole call, waits for the gate, then breaks.
  ModelTurn break_after_call(ScriptedCall call, Gate& gate) {
    return [this, call, &gate](const ChatRequest&, ReplyListener& listener) -> Task<ChatReply> {
      listener.on_text("thinking about it");
      stream_call(listener, 0, call);
      co_await gate.wait();
      throw busy();
    };
  }
};

TEST_F(Retries, TryAgainAfterAFailureThatMayPass) {
  model.then(fail_with(busy())).then(say("there"));
  const auto began = clock.now();
  EXPECT_EQ(run("hi").text, "there");
  EXPECT_EQ(clock.now() - began, 499ms);  // the first wait, jittered
  ASSERT_TRUE(log->has("step_retry"));
  EXPECT_THAT(log->payloads("step_retry")[0], HasSubstr("429"));
  EXPECT_THAT(heard.of_type("retry")[0], HasSubstr(R"("attempt":1,"wait_ms":499)"));
}

TEST_F(Retries, GiveUpAfterTheLastAttempt) {
  config.retry.max_attempts = 3;
  model.then(fail_with(busy())).then(fail_with(busy())).then(fail_with(busy()));
  const TurnResult result = run("hi");
  EXPECT_EQ(result.end, TurnEnd::kFailed);
  EXPECT_THAT(model.requests, SizeIs(3));
  ASSERT_TRUE(result.error);
  EXPECT_TRUE(result.error->retryable());
  EXPECT_EQ(result.message, "429 too many requests");
  EXPECT_TRUE(log->has("step_failed"));
  EXPECT_EQ(log->types().back(), "turn_finished");
}

TEST_F(Retries, DoNotRepeatWhatWouldFailAgain) {
  model.then(fail_with(Error(Code::kUnauthenticated, "401: set KIMI_API_KEY")));
  const TurnResult result = run("hi");
  EXPECT_EQ(result.end, TurnEnd::kFailed);
  EXPECT_FALSE(result.error->retryable());
  EXPECT_THAT(model.requests, SizeIs(1));
}

TEST_F(Retries, AnEmptyReply) {
  model.then(say("")).then(give(reply_of(" \n"))).then(say("there"));
  EXPECT_EQ(run("hi").text, "there");
  EXPECT_THAT(log->payloads("assistant_message"), SizeIs(1));
}

TEST_F(Retries, WaitAsLongAsTheServiceAsks) {
  model.then(fail_with(busy(20s))).then(say("there"));
  const auto began = clock.now();
  run("hi");
  EXPECT_EQ(clock.now() - began, 20s);
}

TEST_F(Retries, DoNotWaitBeyondTheTurnsTime) {
  config.limits.max_time = 10s;
  model.then(fail_with(busy(20s)));
  const auto began = clock.now();
  const TurnResult result = run("hi");
  EXPECT_EQ(clock.now(), began);
  EXPECT_EQ(result.end, TurnEnd::kLimitReached);
  EXPECT_EQ(result.limit_key, "agent.max_time");
  EXPECT_THAT(result.message, HasSubstr("429"));
}

TEST_F(Retries, DoNotWaitLongerThanAllowedForAService) {
  config.retry.longest_asked = 1min;
  model.then(fail_with(busy(1h)));
  const TurnResult result = run("hi");
  EXPECT_EQ(result.end, TurnEnd::kFailed);
  EXPECT_THAT(result.message, HasSubstr("asks to wait 3600s"));
  EXPECT_TRUE(result.error->retryable());
}

TEST_F(Retries, CancelAModelThatFallsSilent) {
  config.limits.model_idle_timeout = 30s;
  Gate never(context);
  model
      .then([&](const ChatRequest&, ReplyListener& listener) -> Task<ChatReply> {
        listener.on_text("half a");
        co_await never.wait();
        co_return reply_of("unreachable");
      })
      .then(say("whole"));
  EXPECT_EQ(run("hi").text, "whole");
  EXPECT_EQ(never.waiting(), 0);  // it was cancelled, not left behind
  EXPECT_THAT(log->payloads("step_retry")[0], HasSubstr("agent.model_idle_timeout"));
  EXPECT_THAT(history(), ElementsAre("user: hi", "assistant: whole"));
}

TEST_F(Retries, LetAModelTakeItsTimeWhileItSendsSomething) {
  config.limits.model_idle_timeout = 30s;
  std::deque<Gate> gates;
  for (int i = 0; i < 4; ++i) gates.emplace_back(context);
  model.then([&](const ChatRequest&, ReplyListener& listener) -> Task<ChatReply> {
    for (Gate& gate : gates) {
      co_await gate.wait();
      listener.on_reasoning("hmm");
    }
    co_return reply_of("at last");
  });
  start("hi");
  for (Gate& gate : gates) {
    clock.advance(25s);
    settle();
    gate.open();
    settle();
  }
  EXPECT_EQ(finish().text, "at last");
  EXPECT_FALSE(log->has("step_retry"));
}

TEST_F(Retries, LeaveAModelBehindThatDoesNotStop) {
  config.limits.model_idle_timeout = 30s;
  config.limits.cancel_grace = 5s;
  Gate stubborn(context);
  model
      .then([&](const ChatRequest&, ReplyListener& listener) -> Task<ChatReply> {
        co_await boost::asio::this_coro::reset_cancellation_state(
            boost::asio::disable_cancellation());
        co_await stubborn.wait();
        listener.on_text("too late");
        co_return reply_of("too late");
      })
      .then(say("there"));
  const auto began = clock.now();
  EXPECT_EQ(run("hi").text, "there");
  EXPECT_GE(clock.now() - began, 35s);
  stubborn.open();
  settle();
  EXPECT_THAT(heard.of_type("text_delta"), SizeIs(1));
}

TEST_F(Retries, NeverRunAToolAgainThatAlreadyRan) {
  Gate broken(context);
  add_tool("pay", "paid");
  model.then(break_after_call({"a", "pay", R"({"to":"x","sum":1})"}, broken))
      .then(say("", {{"b", "pay", R"({"sum":1,"to":"x"})"}}))
      .then(say("done"));
  start("go");
  EXPECT_THAT(tools->used, SizeIs(1));
  broken.open();
  EXPECT_EQ(finish().text, "done");
  EXPECT_THAT(tools->used, SizeIs(1));
  // The retried call takes the place, and the id, of the one that ran.
  EXPECT_THAT(seen(),
              ElementsAre("user: go", R"(assistant: <a pay {"sum":1,"to":"x"}>)", "tool: paid"));
  EXPECT_THAT(log->payloads("tool_call_started"), SizeIs(1));
}

TEST_F(Retries, ReuseACallThatStillRuns) {
  Gate broken(context);
  Gate paying(context);
  add_tool("pay", [&](ToolUse, auto) -> Task<ToolResult> {
    co_await paying.wait();
    co_return text_result("paid");
  });
  model.then(break_after_call({"a", "pay"}, broken))
      .then(say("", {{"b", "pay"}}))
      .then(say("done"));
  start("go");
  broken.open();
  settle();
  clock.advance(1s);
  settle();
  EXPECT_THAT(model.requests, SizeIs(2));
  EXPECT_FALSE(finished());
  paying.open();
  EXPECT_EQ(finish().text, "done");
  EXPECT_THAT(tools->used, SizeIs(1));
}

TEST_F(Retries, RunASecondEqualCallThatOnlyTheRetryAsksFor) {
  Gate broken(context);
  add_tool("pay", "paid");
  model.then(break_after_call({"a", "pay"}, broken))
      .then(say("", {{"b", "pay"}, {"c", "pay"}}))
      .then(say("done"));
  start("go");
  broken.open();
  finish();
  EXPECT_THAT(tools->used, SizeIs(2));
}

TEST_F(Retries, KeepACallThatDoesNotComeBack) {
  Gate broken(context);
  add_tool("pay", "paid");
  add_tool("look", "a tree");
  model.then(break_after_call({"a", "pay"}, broken))
      .then(say("", {{"a", "look"}}))
      .then(say("done"));
  start("go");
  broken.open();
  finish();
  // The model is told of it, under an id that is still unique, and the log calls it an orphan.
  EXPECT_THAT(seen(), ElementsAre("user: go", "assistant: <a-2 look {}><a pay {}>", "tool: a tree",
                                  "tool: paid"));
  EXPECT_THAT(log->payloads("assistant_message")[0], HasSubstr(R"("orphaned":["a"])"));
}

TEST_F(Retries, LetTheModelSeeAnOrphanEvenWhenItWantedToRest) {
  Gate broken(context);
  add_tool("pay", "paid");
  model.then(break_after_call({"a", "pay"}, broken))
      .then(say("nothing to do"))
      .then(say("I see it was paid"));
  start("go");
  broken.open();
  EXPECT_EQ(finish().text, "I see it was paid");
  EXPECT_THAT(seen(), ElementsAre("user: go", "assistant: nothing to do<a pay {}>", "tool: paid"));
}

TEST_F(Retries, KeepWhatRanWhenTheModelNeverAnswers) {
  Gate broken(context);
  config.retry.max_attempts = 1;
  add_tool("pay", "paid");
  model.then(break_after_call({"a", "pay"}, broken));
  start("go");
  broken.open();
  EXPECT_EQ(finish().end, TurnEnd::kFailed);
  EXPECT_THAT(history(), ElementsAre("user: go", "assistant: <a pay {}>", "tool: paid"));
}

TEST_F(Retries, DoNotStartACallThatOnlyAFailedAttemptAskedFor) {
  Gate broken(context);
  Gate busy_tool(context);
  config.limits.max_parallel_tools = 1;
  add_tool("pay", [&](ToolUse, auto) -> Task<ToolResult> {
    co_await busy_tool.wait();
    co_return text_result("paid");
  });
  add_tool("wipe", "wiped");
  model
      .then([&](const ChatRequest&, ReplyListener& listener) -> Task<ChatReply> {
        stream_call(listener, 0, {"a", "pay"});
        stream_call(listener, 1, {"b", "wipe"});
        co_await broken.wait();
        throw busy();
      })
      .then(say("", {{"c", "pay"}}))
      .then(say("done"));
  start("go");
  broken.open();
  settle();
  busy_tool.open();
  finish();
  EXPECT_THAT(tools->used, ElementsAre("pay {}"));
}

TEST(RetryWait, DoublesUpToALimitWithJitter) {
  RetryLimits limits;
  limits.first_wait = 100ms;
  limits.longest_wait = 1s;
  EXPECT_EQ(retry_wait(limits, 1, 0ms, 0), 50ms);
  EXPECT_EQ(retry_wait(limits, 2, 0ms, 0), 100ms);
  EXPECT_EQ(retry_wait(limits, 3, 0ms, 0.5), 300ms);
  EXPECT_EQ(retry_wait(limits, 4'000'000'000U, 0ms, 0), 500ms);
  EXPECT_EQ(retry_wait(limits, 1, 7s, 0), 7s);
}

TEST(RetryWait, IsWorthItForPassingTroubleOnly) {
  EXPECT_TRUE(is_worth_retrying(Error(Code::kUnavailable, "")));
  EXPECT_TRUE(is_worth_retrying(Error(Code::kDeadlineExceeded, "")));
  EXPECT_TRUE(is_worth_retrying(Error(Code::kInterrupted, "")));
  EXPECT_TRUE(is_worth_retrying(Error(Code::kAborted, "", Retry::kYes)));
  EXPECT_FALSE(is_worth_retrying(Error(Code::kInvalidArgument, "")));
  EXPECT_FALSE(is_worth_retrying(Error(Code::kCancelled, "")));
}

}  // namespace
}  // namespace sandport::testing

#include "tests/unit/core/agent/agent_testing.hpp"

namespace sandport::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class Loop : public LoopTest {};

TEST_F(Loop, RestsWhenAReplyHasNoToolCall) {
  config.system_prompt = "Be brief.";
  model.then(say("hello"));
  const TurnResult result = run("hi");
  EXPECT_EQ(result.end, TurnEnd::kFinished);
  EXPECT_EQ(result.text, "hello");
  EXPECT_EQ(result.finish_reason, "stop");
  EXPECT_EQ(result.steps, 1U);
  EXPECT_EQ(result.usage.input_tokens, 10U);
  EXPECT_THAT(seen(), ElementsAre("system: Be brief.", "user: hi"));
  EXPECT_THAT(history(), ElementsAre("system: Be brief.", "user: hi", "assistant: hello"));
}

TEST_F(Loop, ShowsToolResultsToTheModelAndGoesOn) {
  add_tool("look", "a tree");
  model.then(say("let me see", {{"c1", "look", R"({"at":1})"}})).then(say("it is a tree"));
  const TurnResult result = run("what is it?");
  EXPECT_EQ(result.text, "it is a tree");
  EXPECT_EQ(result.steps, 2U);
  EXPECT_EQ(result.usage.output_tokens, 10U);
  EXPECT_THAT(tools->used, ElementsAre(R"(look {"at":1})"));
  EXPECT_THAT(seen(), ElementsAre("user: what is it?", R"(assistant: let me see<c1 look {"at":1}>)",
                                  "tool: a tree"));
}

TEST_F(Loop, GivesToolsTheSessionAndItsWorkDirectory) {
  config.work_dir = "/work dir";
  config.limits.tool_timeout = 7s;
  ToolCallContext given;
  add_tool("look", [&](ToolUse use, auto) -> Task<ToolResult> {
    given = use.context;
    co_return text_result("ok");
  });
  model.then(say("", {{"c1", "look"}})).then(say("done"));
  run("go");
  EXPECT_EQ(given.session_id, "session-1");
  EXPECT_EQ(given.call_id, "c1");
  EXPECT_EQ(given.work_dir, "/work dir");
  EXPECT_EQ(given.timeout, 7s);
  EXPECT_NE(given.state, nullptr);
}

TEST_F(Loop, ShowsResultsInTheOrderOfTheCallsHoweverTheyEnd) {
  Gate slow(context);
  add_tool("slow", [&](ToolUse, auto) -> Task<ToolResult> {
    co_await slow.wait();
    co_return text_result("slow result");
  });
  add_tool("fast", "fast result");
  model.then(say("", {{"c1", "slow"}, {"c2", "fast"}})).then(say("done"));
  start("go");
  EXPECT_THAT(tools->used, ElementsAre("slow {}", "fast {}"));
  EXPECT_FALSE(finished());
  slow.open();
  settle();
  ASSERT_TRUE(finished());
  EXPECT_THAT(seen(), ElementsAre("user: go", "assistant: <c1 slow {}><c2 fast {}>",
                                  "tool: slow result", "tool: fast result"));
}

TEST_F(Loop, RunsNoMoreToolsAtOnceThanAllowed) {
  config.limits.max_parallel_tools = 2;
  Gate gate(context);
  int running = 0;
  int most = 0;
  add_tool("work", [&](ToolUse, auto) -> Task<ToolResult> {
    most = std::max(most, ++running);
    co_await gate.wait();
    --running;
    co_return text_result("ok");
  });
  model
      .then(say(
          "",
          {{"1", "work", R"({"n":1})"}, {"2", "work", R"({"n":2})"}, {"3", "work", R"({"n":3})"}}))
      .then(say("done"));
  start("go");
  EXPECT_EQ(running, 2);
  gate.open();
  settle();
  EXPECT_TRUE(finished());
  EXPECT_EQ(most, 2);
  EXPECT_THAT(tools->used, SizeIs(3));
}

TEST_F(Loop, KeepsTheConversationAcrossTurns) {
  model.then(say("one")).then(say("two"));
  run("first");
  run("second");
  EXPECT_THAT(seen(), ElementsAre("user: first", "assistant: one", "user: second"));
}

TEST_F(Loop, AddsQueuedMessagesBeforeTheNextStep) {
  Gate gate(context);
  add_tool("work", [&](ToolUse, auto) -> Task<ToolResult> {
    co_await gate.wait();
    co_return text_result("ok");
  });
  model.then(say("", {{"c1", "work"}})).then(say("done"));
  start("go");
  loop().queue_user_message("and hurry");
  gate.open();
  settle();
  EXPECT_THAT(seen(),
              ElementsAre("user: go", "assistant: <c1 work {}>", "tool: ok", "user: and hurry"));
}

TEST_F(Loop, DoesNotRestBeforeAQueuedMessage) {
  Gate gate(context);
  model
      .then([&](const ChatRequest&, ReplyListener&) -> Task<ChatReply> {
        co_await gate.wait();
        co_return reply_of("done");
      })
      .then(say("hurried"));
  start("go");
  loop().queue_user_message("hurry");
  gate.open();
  EXPECT_EQ(finish().text, "hurried");
  EXPECT_THAT(seen(), ElementsAre("user: go", "assistant: done", "user: hurry"));
}

TEST_F(Loop, PutsAMessageQueuedWhileIdleBeforeTheNextOne) {
  model.then(say("ok"));
  loop().queue_user_message("earlier");
  run("now");
  EXPECT_THAT(seen(), ElementsAre("user: earlier", "user: now"));
}

TEST_F(Loop, RefusesASecondTurnWhileOneRuns) {
  Gate gate(context);
  model.then([&](const ChatRequest&, ReplyListener&) -> Task<ChatReply> {
    co_await gate.wait();
    co_return reply_of("done");
  });
  start("go");
  EXPECT_TRUE(loop().running());
  std::exception_ptr thrown;
  boost::asio::co_spawn(context, loop().run_turn(std::string("again")),
                        [&](std::exception_ptr failure, TurnResult) { thrown = failure; });
  settle();
  ASSERT_TRUE(thrown);
  EXPECT_THROW(std::rethrow_exception(thrown), Error);
  gate.open();
  EXPECT_EQ(finish().text, "done");
  EXPECT_FALSE(loop().running());
}

TEST_F(Loop, ContinuesOnlyWhenTheModelHasSomethingToAnswer) {
  model.then(fail_with(Error(Code::kUnauthenticated, "no key"))).then(say("there"));
  EXPECT_EQ(run("hi").end, TurnEnd::kFailed);
  start(loop().continue_turn());
  EXPECT_EQ(finish().text, "there");
  EXPECT_THAT(seen(), ElementsAre("user: hi"));
  start(loop().continue_turn());
  EXPECT_EQ(finish().end, TurnEnd::kFinished);
  EXPECT_THAT(model.requests, SizeIs(2));
}

TEST_F(Loop, TellsTheListenerWhatHappensInOrder) {
  add_tool("look", [](ToolUse, std::function<void(std::string_view)> progress) -> Task<ToolResult> {
    progress("half way");
    co_await boost::asio::post(co_await boost::asio::this_coro::executor,
                               boost::asio::use_awaitable);
    co_return text_result("a tree");
  });
  model.then(say("see", {{"c1", "look"}})).then(say("done"));
  run("go");
  EXPECT_THAT(heard.types(), ElementsAre("turn_started", "user_message", "step_started",
                                         "text_delta", "tool_call_requested", "tool_call_started",
                                         "reply", "tool_call_progress", "tool_call_finished",
                                         "step_started", "text_delta", "reply", "turn_finished"));
  EXPECT_THAT(heard.of_type("tool_call_progress")[0], HasSubstr("half way"));
}

TEST_F(Loop, PassesTheOutputLimitToTheModel) {
  config.limits.max_output_tokens = 123;
  model.then(say("ok"));
  run("go");
  EXPECT_THAT(model.options, ElementsAre(R"({"max_output_tokens":123})"));
}

TEST_F(Loop, NeedsAModelToolsAndALog) { EXPECT_THROW(AgentLoop(AgentConfig{}), Error); }

}  // namespace
}  // namespace sandport::testing

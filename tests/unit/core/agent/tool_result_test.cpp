#include "tests/unit/core/agent/agent_testing.hpp"

namespace sandport::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

class ToolResults : public LoopTest {};

TEST_F(ToolResults, ThatAreErrorsGoToTheModel) {
  add_tool("look", [](ToolUse, auto) -> Task<ToolResult> {
    co_return text_result("too dark", ToolOutcome::kFailed);
  });
  model.then(say("", {{"c1", "look"}})).then(say("done"));
  EXPECT_EQ(run("go").text, "done");
  EXPECT_EQ(seen()[2], "tool: too dark (error)");
  EXPECT_THAT(heard.of_type("tool_call_finished")[0], HasSubstr(R"("outcome":"failed")"));
}

TEST_F(ToolResults, OfABrokenToolTellWhatBroke) {
  add_tool("look", [](ToolUse, auto) -> Task<ToolResult> {
    throw Error(Code::kUnavailable, "the sandbox is gone");
    co_return ToolResult();
  });
  add_tool("odd", [](ToolUse, auto) -> Task<ToolResult> {
    throw std::runtime_error("odd failure");
    co_return ToolResult();
  });
  model.then(say("", {{"c1", "look"}, {"c2", "odd"}})).then(say("done"));
  run("go");
  EXPECT_EQ(seen()[2], "tool: the sandbox is gone (error)");
  EXPECT_EQ(seen()[3], "tool: odd failure (error)");
}

TEST_F(ToolResults, ThatAreLongAreCutAndKeptWhole) {
  config.limits.max_tool_output = 1000;
  const std::string whole = "first\n" + std::string(5000, 'x') + "\nlast";
  add_tool("cat", whole);
  model.then(say("", {{"c1", "cat"}})).then(say("done"));
  run("go");
  EXPECT_THAT(seen()[2],
              AllOf(HasSubstr("tool: first"), HasSubstr("last"), HasSubstr("bytes left out here")));
  EXPECT_LT(seen()[2].size(), 1200U);
  EXPECT_THAT(log->payloads("tool_call_finished")[0], HasSubstr(R"("truncated":true)"));
  for (const Event& event : log->events) {
    if (event.type == "tool_call_finished") {
      EXPECT_EQ(event.attachment, whole);
    }
  }
}

TEST_F(ToolResults, ThatTakeTooLongAreStoppedAndBecomeErrors) {
  config.limits.tool_timeout = 90s;
  Gate never(context);
  add_tool("hang", [&](ToolUse, auto) -> Task<ToolResult> {
    co_await never.wait();
    co_return text_result("unreachable");
  });
  model.then(say("", {{"c1", "hang"}})).then(say("done"));
  const auto began = clock.now();
  EXPECT_EQ(run("go").text, "done");
  EXPECT_EQ(clock.now() - began, 90s);
  EXPECT_EQ(never.waiting(), 0);
  EXPECT_THAT(seen()[2],
              AllOf(HasSubstr("90s"), HasSubstr("agent.tool_timeout"), HasSubstr("(error)")));
}

TEST_F(ToolResults, OfATimeoutKeepWhatTheToolStillSays) {
  Gate never(context);
  add_tool("hang", [&](ToolUse, auto) -> Task<ToolResult> {
    try {
      co_await never.wait();
    } catch (const std::exception&) {
    }
    co_return text_result("half of it");
  });
  model.then(say("", {{"c1", "hang"}})).then(say("done"));
  run("go");
  EXPECT_THAT(seen()[2], AllOf(HasSubstr("half of it"), HasSubstr("took longer than 600s"),
                               HasSubstr("(error)")));
}

TEST_F(ToolResults, OfAToolThatDoesNotStopAreNotWaitedForWithoutEnd) {
  config.limits.tool_timeout = 90s;
  config.limits.cancel_grace = 5s;
  Gate stubborn(context);
  add_tool("hang",
           [&](ToolUse, std::function<void(std::string_view)> progress) -> Task<ToolResult> {
             co_await boost::asio::this_coro::reset_cancellation_state(
                 boost::asio::disable_cancellation());
             co_await stubborn.wait();
             progress("too late");
             co_return text_result("too late");
           });
  model.then(say("", {{"c1", "hang"}})).then(say("done"));
  const auto began = clock.now();
  EXPECT_EQ(run("go").text, "done");
  EXPECT_EQ(clock.now() - began, 95s);
  EXPECT_THAT(seen()[2], HasSubstr("may still be running"));
  stubborn.open();
  settle();
  EXPECT_THAT(heard.of_type("tool_call_progress"), SizeIs(0));
}

TEST_F(ToolResults, HaveNoSecrets) {
  config.redactor = [](std::string text) {
    for (std::size_t at = 0; (at = text.find("s3cret", at)) != std::string::npos;) {
      text.replace(at, 6, "***");
    }
    return text;
  };
  add_tool("env", "KEY=s3cret");
  add_tool("odd", [](ToolUse, std::function<void(std::string_view)> progress) -> Task<ToolResult> {
    progress("s3cret");
    co_await boost::asio::post(co_await boost::asio::this_coro::executor,
                               boost::asio::use_awaitable);
    throw Error(Code::kInternal, "bad s3cret");
  });
  model.then(say("", {{"c1", "env"}, {"c2", "odd"}}))
      .then(fail_with(Error(Code::kUnauthenticated, "401 for s3cret")));
  const TurnResult result = run("go");
  EXPECT_EQ(result.message, "401 for ***");
  EXPECT_THAT(seen()[2], HasSubstr("KEY=***"));
  for (const std::string& line : heard.lines) EXPECT_THAT(line, Not(HasSubstr("s3cret")));
  for (const Event& event : log->events) EXPECT_THAT(event.payload_json, Not(HasSubstr("s3cret")));
}

TEST_F(ToolResults, AreNotTheOnlyThingShownWithoutSecrets) {
  config.redactor = [](std::string text) {
    for (std::size_t at = 0; (at = text.find("s3cret", at)) != std::string::npos;) {
      text.replace(at, 6, "***");
    }
    return text;
  };
  add_tool("look", "a tree");
  model.then(say("is it s3cret", {{"c1", "look", R"({"key":"s3cret"})"}})).then(say("no, s3cret"));
  EXPECT_EQ(run("go").text, "no, ***");
  EXPECT_THAT(tools->used, ::testing::ElementsAre(R"(look {"key":"s3cret"})"));
  for (const std::string& line : heard.lines) EXPECT_THAT(line, Not(HasSubstr("s3cret")));
}

}  // namespace
}  // namespace sandport::testing

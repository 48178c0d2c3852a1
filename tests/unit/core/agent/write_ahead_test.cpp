#include "tests/unit/core/agent/agent_testing.hpp"

namespace sandport::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class WriteAhead : public LoopTest {};

TEST_F(WriteAhead, RecordsEachThingBeforeItIsDone) {
  std::vector<std::string> at_model;
  std::vector<std::string> at_tool;
  add_tool("look", [&](ToolUse, auto) -> Task<ToolResult> {
    at_tool = log->types();
    co_return text_result("a tree");
  });
  model
      .then([&](const ChatRequest&, ReplyListener&) -> Task<ChatReply> {
        at_model = log->types();
        co_return reply_of("", {{"c1", "look", R"({"at":1})"}});
      })
      .then(say("done"));
  run("go");
  EXPECT_THAT(at_model, ElementsAre("user_message", "step_started"));
  EXPECT_THAT(at_tool, ElementsAre("user_message", "step_started", "assistant_message",
                                   "tool_call_started"));
  EXPECT_THAT(log->types(), ElementsAre("user_message", "step_started", "assistant_message",
                                        "tool_call_started", "tool_call_finished", "step_started",
                                        "assistant_message", "turn_finished"));
  EXPECT_EQ(log->payloads("tool_call_started")[0],
            R"({"id":"c1","name":"look","arguments":{"at":1}})");
}

TEST_F(WriteAhead, DoesNotAskAModelWhenTheLogFails) {
  log->before = [](const Event&) { throw Error(Code::kResourceExhausted, "the disk is full"); };
  model.then(say("never"));
  EXPECT_THROW(run("go"), Error);
  EXPECT_THAT(model.requests, IsEmpty());
}

TEST_F(WriteAhead, DoesNotRunAToolWhenItsStartCannotBeRecorded) {
  log->before = [](const Event& event) {
    if (event.type == "tool_call_started")
      throw Error(Code::kResourceExhausted, "the disk is full");
  };
  add_tool("look", "a tree");
  model.then(say("", {{"c1", "look"}}));
  EXPECT_THROW(run("go"), Error);
  EXPECT_THAT(tools->used, IsEmpty());
  EXPECT_FALSE(loop().running());
}

TEST_F(WriteAhead, StopsWhatRunsWhenTheLogFails) {
  log->before = [](const Event& event) {
    if (event.type == "tool_call_finished") {
      throw Error(Code::kResourceExhausted, "the disk is full");
    }
  };
  Gate never(context);
  add_tool("look", "a tree");
  add_tool("hang", [&](ToolUse, auto) -> Task<ToolResult> {
    co_await never.wait();
    co_return text_result("unreachable");
  });
  model.then(say("", {{"c1", "hang"}, {"c2", "look"}}));
  EXPECT_THROW(run("go"), Error);
  EXPECT_EQ(never.waiting(), 0);
}

TEST_F(WriteAhead, MakesStateDurableBeforeTheResult) {
  add_tool("note", [](ToolUse use, auto) -> Task<ToolResult> {
    use.context.state->set("todos", "[1]");
    co_return text_result("noted");
  });
  model.then(say("", {{"c1", "note"}})).then(say("done"));
  run("go");
  const auto types = log->types();
  const auto state = std::find(types.begin(), types.end(), "state_changed");
  ASSERT_NE(state, types.end());
  EXPECT_EQ(*(state + 1), "tool_call_finished");
  EXPECT_EQ(log->payloads("state_changed")[0], R"({"key":"todos","value":"[1]"})");
}

TEST_F(WriteAhead, WritesAStepInFewAppends) {
  add_tool("look", "a tree");
  for (int i = 0; i < 10; ++i) {
    model.then(say("", {{"c1", "look", R"({"n":)" + std::to_string(i) + "}"}}));
  }
  model.then(say("done"));
  run("go");
  EXPECT_LE(log->appends, 10U * 3 + 4);
}

}  // namespace
}  // namespace sandport::testing

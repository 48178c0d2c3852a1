// The loop on the real session store.
#include "core/agent/event_log.hpp"
#include "core/session/store.hpp"
#include "tests/unit/core/agent/agent_testing.hpp"
#include "tests/unit/core/session/session_testing.hpp"

namespace sandport::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class Resume : public ::testing::Test {
 protected:
  Resume() {
    StoreOptions options;
    options.directory = directory.path();
    store = std::make_unique<SessionStore>(std::move(options));
    config.model = &model;
    tools->add("look", [](ToolUse, auto) -> Task<ToolResult> { co_return text_result("a tree"); });
    tools->add("note", [](ToolUse use, auto) -> Task<ToolResult> {
      std::string value;
      const std::string before = use.context.state->get("notes", value) ? value : "nothing";
      use.context.state->set("notes", use.arguments);
      co_return text_result("before: " + before);
    });
  }

  // A process of its own: a new loop on what the store has.
  template <typename Work>
  void with_session(Work work) {
    std::exception_ptr thrown;
    boost::asio::io_context context(1);
    boost::asio::co_spawn(context, session(work),
                          [&](std::exception_ptr error) { thrown = error; });
    context.run();
    if (thrown) std::rethrow_exception(thrown);
  }

  template <typename Work>
  Task<void> session(Work& work) {
    AgentHistory history;
    SessionLease lease;
    if (id.empty()) {
      NewSession fresh;
      lease = co_await store->create(std::move(fresh));
      id = lease.session_id();
    } else {
      lease = store->lease(id);
      history = co_await resume_history(*store, lease);
    }
    AgentConfig mine = config;
    mine.tools = std::make_shared<ToolCatalog>(std::vector<std::shared_ptr<Toolset>>{tools});
    mine.log = std::make_shared<StoreEventLog>(*store, lease);
    lease.release();
    AgentLoop loop(std::move(mine), std::move(history));
    co_await work(loop);
    seen.clear();
    for (const MessageText& message : loop.messages()) seen.push_back(describe(*message));
  }

  void turn(const std::string& text) {
    with_session([&](AgentLoop& loop) -> Task<void> { result = co_await loop.run_turn(text); });
  }

  // What the log holds when the process dies right after the start of a tool.
  Task<void> append_by_hand() {
    const SessionLease lease = store->lease(id);
    std::vector<Event> events;
    events.push_back(user_message("pay"));
    events.emplace_back("step_started", R"({"step":1})");
    events.emplace_back("tool_call_started", R"({"id":"c1","name":"pay","arguments":{"sum":1}})");
    co_await store->append(lease, std::move(events));
  }

  TemporaryDirectory directory;
  std::unique_ptr<SessionStore> store;
  FakeModel model;
  std::shared_ptr<FakeTools> tools = std::make_shared<FakeTools>();
  AgentConfig config;
  std::string id;
  std::vector<std::string> seen;
  TurnResult result;
};

TEST_F(Resume, ContinuesTheConversationAsItWas) {
  config.system_prompt = "Be brief.";
  model.then(say("see", {{"c1", "look"}})).then(say("a tree")).then(say("green"));
  turn("what is it?");
  const auto before = seen;
  turn("which colour?");
  EXPECT_EQ(result.text, "green");
  EXPECT_THAT(seen, SizeIs(before.size() + 2));
  EXPECT_TRUE(std::equal(before.begin(), before.end(), seen.begin()));
}

TEST_F(Resume, GivesToolsTheirStateBack) {
  model.then(say("", {{"c1", "note", R"({"n":1})"}})).then(say("ok"));
  model.then(say("", {{"c2", "note", R"({"n":2})"}})).then(say("ok"));
  turn("note it");
  turn("and again");
  EXPECT_EQ(seen[seen.size() - 2], R"(tool: before: {"n":1})");
}

TEST_F(Resume, KeepsTheWholeOutputInTheStore) {
  config.limits.max_tool_output = 100;
  const std::string whole(10'000, 'x');
  tools->add("cat", [whole](ToolUse, auto) -> Task<ToolResult> { co_return text_result(whole); });
  model.then(say("", {{"c1", "cat"}})).then(say("ok"));
  turn("go");
  for (const Event& event : events_of(*store, id)) {
    if (event.type == "tool_call_finished") {
      EXPECT_EQ(store->attachment(id, event.seq), whole);
    }
  }
}

TEST_F(Resume, ShowsACallThatACrashInterruptedWhileTheReplyStreamed) {
  with_session([&](AgentLoop&) -> Task<void> { co_return; });
  run(append_by_hand());
  model.then(say("let me check"));
  with_session([&](AgentLoop& loop) -> Task<void> { result = co_await loop.continue_turn(); });
  EXPECT_EQ(result.text, "let me check");
  ASSERT_THAT(seen, SizeIs(4));
  EXPECT_EQ(seen[1], R"(assistant: <c1 pay {"sum":1}>)");
  EXPECT_THAT(seen[2], HasSubstr("outcome is unknown"));
}

TEST_F(Resume, AfterAnInterruptGoesOn) {
  std::function<void()> interrupt_now;
  model
      .then([&](const ChatRequest&, ReplyListener& listener) -> Task<ChatReply> {
        listener.on_text("once upon");
        boost::asio::post(co_await boost::asio::this_coro::executor, interrupt_now);
        boost::asio::steady_timer never(co_await boost::asio::this_coro::executor,
                                        boost::asio::steady_timer::time_point::max());
        co_await never.async_wait(boost::asio::use_awaitable);
        co_return reply_of("unreachable");
      })
      .then(say("a time"));
  with_session([&](AgentLoop& loop) -> Task<void> {
    interrupt_now = [&loop] { loop.interrupt(); };
    result = co_await loop.run_turn(std::string("tell me"));
  });
  EXPECT_EQ(result.end, TurnEnd::kInterrupted);
  turn("go on");
  EXPECT_THAT(seen, ElementsAre("user: tell me", "assistant: once upon", "user: go on",
                                "assistant: a time"));
}

}  // namespace
}  // namespace sandport::testing

// Fakes for the tests of the agent loop: a model, tools, a log and a clock, all in memory.
#pragma once

#include <gmock/gmock.h>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/agent/agent_loop.hpp"
#include "core/model/message.hpp"

namespace sandport::testing {

using namespace std::chrono_literals;

// Time that passes only when a test says so.
class ManualClock final : public Clock {
 public:
  [[nodiscard]] TimePoint now() const override { return now_; }
  void arm(boost::asio::steady_timer& timer, TimePoint when) override;
  void disarm(boost::asio::steady_timer& timer) override { armed_.erase(&timer); }

  void advance(std::chrono::milliseconds by) { advance_to(now_ + by); }
  // To the first time that somebody waits for; false when there is none.
  bool advance_to_next();

 private:
  void advance_to(TimePoint when);

  TimePoint now_ = TimePoint{} + std::chrono::hours(1);
  std::map<boost::asio::steady_timer*, TimePoint> armed_;
};

// Closed until it is opened.
class Gate {
 public:
  explicit Gate(boost::asio::io_context& context);
  [[nodiscard]] Task<void> wait();
  void open();
  [[nodiscard]] int waiting() const { return waiting_; }

 private:
  boost::asio::steady_timer timer_;
  bool open_ = false;
  int waiting_ = 0;
};

struct ScriptedCall {
  std::string id;
  std::string name;
  std::string arguments = "{}";  // JSON
};

// An assistant message and its finish reason.
[[nodiscard]] ChatReply reply_of(const std::string& text,
                                 const std::vector<ScriptedCall>& calls = {},
                                 std::string finish_reason = {});

using ModelTurn = std::function<Task<ChatReply>(const ChatRequest&, ReplyListener&)>;

// Gives a reply in one piece; its calls are streamed as complete before it.
[[nodiscard]] ModelTurn say(std::string text, std::vector<ScriptedCall> calls = {},
                            std::string finish_reason = {});
[[nodiscard]] ModelTurn give(ChatReply reply);  // without streaming anything
[[nodiscard]] ModelTurn fail_with(Error error);

void stream_call(ReplyListener& listener, std::uint32_t index, const ScriptedCall& call);

// Plays its script, one entry a call. Throws when that is over.
class FakeModel final : public Model {
 public:
  [[nodiscard]] const std::string& name() const override { return name_; }
  [[nodiscard]] Task<ChatReply> chat(ChatRequest request, ReplyListener& listener) override;

  FakeModel& then(ModelTurn turn);
  // What each call was given.
  std::vector<std::vector<MessageText>> requests;
  std::vector<std::string> options;
  bool keep_requests = true;
  ModelTurn fallback;  // once the script is over

 private:
  std::string name_ = "fake";
  std::deque<ModelTurn> script_;  // references to its entries stay valid
  std::size_t next_ = 0;
};

struct ToolUse {
  std::string name;
  std::string arguments;
  ToolCallContext context;
};

using ToolBody = std::function<Task<ToolResult>(ToolUse, std::function<void(std::string_view)>)>;

[[nodiscard]] ToolResult text_result(std::string_view text,
                                     ToolOutcome outcome = ToolOutcome::kSucceeded);

class FakeTools final : public Toolset {
 public:
  [[nodiscard]] const std::string& name() const override { return name_; }
  [[nodiscard]] const std::vector<ToolDefinition>& tools() const override { return tools_; }
  [[nodiscard]] Task<ToolResult> invoke(std::string tool, std::string arguments,
                                        ToolCallContext context,
                                        std::function<void(std::string_view)> progress) override;
  void forget_session(std::string_view) override {}

  void add(const std::string& tool, ToolBody body);
  std::vector<std::string> used;  // "name arguments", as they began

 private:
  std::string name_ = "fakes";
  std::vector<ToolDefinition> tools_;
  std::map<std::string, ToolBody> bodies_;
};

class MemoryLog final : public EventLog {
 public:
  [[nodiscard]] const std::string& session_id() const override { return id_; }
  [[nodiscard]] Task<std::uint64_t> append(std::vector<Event> events) override;

  [[nodiscard]] std::vector<std::string> types() const;
  [[nodiscard]] std::vector<std::string> payloads(std::string_view type) const;
  [[nodiscard]] bool has(std::string_view type) const { return !payloads(type).empty(); }
  std::vector<Event> events;
  std::uint64_t appends = 0;
  std::function<void(const Event&)> before;  // may throw

 private:
  std::string id_ = "session-1";
};

// Keeps what it hears, as stream-json lines and as short words.
class Listener final : public AgentListener {
 public:
  void on_event(const AgentEvent& event) override;
  std::vector<std::string> lines;
  [[nodiscard]] std::vector<std::string> types() const;
  [[nodiscard]] std::vector<std::string> of_type(std::string_view type) const;
};

class ScriptedApprover final : public Approver {
 public:
  using Answer = std::function<Task<PermissionAnswer>(PermissionRequest)>;
  [[nodiscard]] Task<PermissionAnswer> ask(PermissionRequest request) override;
  std::vector<PermissionRequest> asked;
  std::deque<PermissionAnswer> answers;
  Answer answer;  // instead of `answers`
};

// Each list holds rules as the manifest has them.
[[nodiscard]] std::shared_ptr<const Policy> policy_of(const std::vector<std::string>& deny,
                                                      const std::vector<std::string>& ask);

// One session on one thread.
class LoopTest : public ::testing::Test {
 protected:
  LoopTest();

  AgentLoop& loop();  // made at first use, from `config`
  // Runs a turn to its end; time jumps to the next deadline whenever all wait.
  TurnResult run(std::string text);
  TurnResult finish();
  // Begins a turn and goes as far as it goes without time passing.
  void start(std::string text);
  void start(Task<TurnResult> turn);
  void settle();
  [[nodiscard]] bool finished() const { return result_.has_value() || thrown_; }
  // The texts of the messages that the last model call was given, "role: text".
  [[nodiscard]] std::vector<std::string> seen() const;
  [[nodiscard]] std::vector<std::string> history();

  void add_tool(const std::string& name, ToolBody body);
  void add_tool(const std::string& name, std::string result);

  boost::asio::io_context context{1};
  ManualClock clock;
  FakeModel model;
  std::shared_ptr<FakeTools> tools = std::make_shared<FakeTools>();
  std::shared_ptr<MemoryLog> log = std::make_shared<MemoryLog>();
  Listener heard;
  AgentConfig config;
  AgentHistory resumed;
  boost::asio::cancellation_signal cancel;

 private:
  std::unique_ptr<AgentLoop> loop_;
  std::optional<TurnResult> result_;
  std::exception_ptr thrown_;
};

[[nodiscard]] std::string describe(const std::string& message_json);

}  // namespace sandport::testing

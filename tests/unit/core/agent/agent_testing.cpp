#include "tests/unit/core/agent/agent_testing.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/agent/stream_json.hpp"

namespace sandport::testing {

namespace asio = boost::asio;
using Json = nlohmann::ordered_json;

void ManualClock::arm(asio::steady_timer& timer, TimePoint when) {
  timer.expires_at(TimePoint::max());
  armed_[&timer] = when;
}

bool ManualClock::advance_to_next() {
  TimePoint first = TimePoint::max();
  for (const auto& [timer, when] : armed_) first = std::min(first, when);
  if (first == TimePoint::max()) return false;
  advance_to(first);
  return true;
}

void ManualClock::advance_to(TimePoint when) {
  now_ = when;
  for (const auto& [timer, due] : armed_) {
    if (due <= now_) timer->cancel();
  }
}

Gate::Gate(asio::io_context& context) : timer_(context, Clock::TimePoint::max()) {}

Task<void> Gate::wait() {
  ++waiting_;
  while (!open_) {
    try {
      co_await timer_.async_wait(asio::use_awaitable);
    } catch (const boost::system::system_error&) {
      if (open_) break;
      --waiting_;
      throw;
    }
  }
  --waiting_;
}

void Gate::open() {
  open_ = true;
  timer_.cancel();
}

ChatReply reply_of(const std::string& text, const std::vector<ScriptedCall>& calls,
                   std::string finish_reason) {
  Json message = {{"role", "assistant"}, {"content", Json::array()}};
  if (!text.empty()) message["content"].push_back({{"type", "text"}, {"text", text}});
  for (const ScriptedCall& call : calls) {
    Json made = {{"id", call.id}, {"name", call.name}};
    const Json arguments = Json::parse(call.arguments, nullptr, false);
    if (arguments.is_object()) {
      made["arguments"] = arguments;
    } else {
      made["arguments_error"] = "not valid JSON";
      made["arguments_text"] = call.arguments;
    }
    message["tool_calls"].push_back(std::move(made));
  }
  ChatReply reply;
  reply.message = message.dump();
  reply.finish_reason =
      finish_reason.empty() ? (calls.empty() ? "stop" : "tool_calls") : std::move(finish_reason);
  reply.usage.input_tokens = 10;
  reply.usage.output_tokens = 5;
  reply.model = "fake-1";
  return reply;
}

void stream_call(ReplyListener& listener, std::uint32_t index, const ScriptedCall& call) {
  ToolCallDelta delta;
  delta.index = index;
  delta.id = call.id;
  delta.name = call.name;
  delta.arguments = call.arguments;
  delta.complete = true;
  listener.on_tool_call(delta);
}

namespace {

Task<ChatReply> say_it(std::string text, std::vector<ScriptedCall> calls, std::string finish_reason,
                       ReplyListener& listener) {
  listener.on_text(text);
  for (std::uint32_t i = 0; i < calls.size(); ++i) stream_call(listener, i, calls[i]);
  co_return reply_of(text, calls, finish_reason);
}

Task<ChatReply> give_it(ChatReply reply) { co_return reply; }

Task<ChatReply> throw_it(Error error) {
  throw error;
  co_return ChatReply();
}

Task<ToolResult> result_it(std::string text) { co_return text_result(text); }

}  // namespace

ModelTurn say(std::string text, std::vector<ScriptedCall> calls, std::string finish_reason) {
  return [=](const ChatRequest&, ReplyListener& listener) {
    return say_it(text, calls, finish_reason, listener);
  };
}

ModelTurn give(ChatReply reply) {
  return [reply](const ChatRequest&, ReplyListener&) { return give_it(reply); };
}

ModelTurn fail_with(Error error) {
  return [error](const ChatRequest&, ReplyListener&) { return throw_it(error); };
}

Task<ChatReply> FakeModel::chat(ChatRequest request, ReplyListener& listener) {
  if (keep_requests) requests.push_back(request.messages);
  options.push_back(request.options);
  if (next_ >= script_.size()) {
    if (!fallback) throw Error(Code::kInternal, "the script of the fake model is over");
    co_return co_await fallback(request, listener);
  }
  co_return co_await script_[next_++](request, listener);
}

FakeModel& FakeModel::then(ModelTurn turn) {
  script_.push_back(std::move(turn));
  return *this;
}

ToolResult text_result(std::string_view text, ToolOutcome outcome) {
  ToolResult result;
  result.content = Json::array({{{"type", "text"}, {"text", text}}}).dump();
  result.outcome = outcome;
  return result;
}

Task<ToolResult> FakeTools::invoke(std::string tool, std::string arguments, ToolCallContext context,
                                   std::function<void(std::string_view)> progress) {
  used.push_back(tool + " " + arguments);
  ToolUse use;
  use.name = tool;
  use.arguments = std::move(arguments);
  use.context = std::move(context);
  co_return co_await bodies_.at(tool)(std::move(use), std::move(progress));
}

void FakeTools::add(const std::string& tool, ToolBody body) {
  ToolDefinition definition;
  definition.name = tool;
  definition.json = Json{{"name", tool}, {"inputSchema", {{"type", "object"}}}}.dump();
  definition.input_schema = R"({"type":"object"})";
  tools_.push_back(std::move(definition));
  bodies_[tool] = std::move(body);
}

Task<std::uint64_t> MemoryLog::append(std::vector<Event> added) {
  // As the store: never done at once.
  co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
  ++appends;
  for (Event& event : added) {
    if (before) before(event);
    event.seq = events.size() + 1;
    events.push_back(std::move(event));
  }
  co_return events.size();
}

std::vector<std::string> MemoryLog::types() const {
  std::vector<std::string> types;
  for (const Event& event : events) types.push_back(event.type);
  return types;
}

std::vector<std::string> MemoryLog::payloads(std::string_view type) const {
  std::vector<std::string> found;
  for (const Event& event : events) {
    if (event.type == type) found.push_back(event.payload_json);
  }
  return found;
}

void Listener::on_event(const AgentEvent& event) { lines.push_back(stream_json_line(event)); }

std::vector<std::string> Listener::types() const {
  std::vector<std::string> types;
  for (const std::string& line : lines) types.push_back(Json::parse(line)["type"]);
  return types;
}

std::vector<std::string> Listener::of_type(std::string_view type) const {
  std::vector<std::string> found;
  for (const std::string& line : lines) {
    if (Json::parse(line)["type"] == type) found.push_back(line);
  }
  return found;
}

Task<PermissionAnswer> ScriptedApprover::ask(PermissionRequest request) {
  asked.push_back(request);
  if (answer) co_return co_await answer(std::move(request));
  PermissionAnswer given;
  if (!answers.empty()) {
    given = answers.front();
    answers.pop_front();
  }
  co_return given;
}

std::shared_ptr<const Policy> policy_of(const std::vector<std::string>& deny,
                                        const std::vector<std::string>& ask) {
  PolicyRules rules;
  for (const std::string& text : deny) rules.deny.push_back(std::get<Rule>(parse_rule(text)));
  for (const std::string& text : ask) rules.ask.push_back(std::get<Rule>(parse_rule(text)));
  return std::make_shared<const Policy>(std::move(rules));
}

LoopTest::LoopTest() {
  config.model = &model;
  config.log = log;
  config.listener = &heard;
  config.clock = &clock;
}

AgentLoop& LoopTest::loop() {
  if (!loop_) {
    config.tools = std::make_shared<ToolCatalog>(std::vector<std::shared_ptr<Toolset>>{tools});
    loop_ = std::make_unique<AgentLoop>(config, std::move(resumed));
  }
  return *loop_;
}

void LoopTest::start(Task<TurnResult> turn) {
  result_.reset();
  thrown_ = nullptr;
  asio::co_spawn(context, std::move(turn),
                 asio::bind_cancellation_slot(cancel.slot(),
                                              [this](std::exception_ptr thrown, TurnResult result) {
                                                thrown_ = std::move(thrown);
                                                if (!thrown_) result_ = std::move(result);
                                              }));
  settle();
}

void LoopTest::start(std::string text) { start(loop().run_turn(std::move(text))); }

void LoopTest::settle() {
  context.restart();
  context.poll();
}

TurnResult LoopTest::finish() {
  settle();
  for (int jumps = 0; !finished() && jumps < 1000 && clock.advance_to_next(); ++jumps) settle();
  if (thrown_) std::rethrow_exception(thrown_);
  if (!result_) {
    ADD_FAILURE() << "the turn is stuck";
    return {};
  }
  return *result_;
}

TurnResult LoopTest::run(std::string text) {
  start(std::move(text));
  return finish();
}

std::string describe(const std::string& message_json) {
  const Json message = Json::parse(message_json);
  std::string text = message["role"].get<std::string>() + ": " + text_of_message(message_json);
  for (const Json& call : message.value("tool_calls", Json::array())) {
    text += "<" + call["id"].get<std::string>() + " " + call["name"].get<std::string>() + " " +
            call["arguments"].dump() + ">";
  }
  if (message.value("is_error", false)) text += " (error)";
  return text;
}

std::vector<std::string> LoopTest::seen() const {
  std::vector<std::string> texts;
  if (model.requests.empty()) return texts;
  for (const MessageText& message : model.requests.back()) texts.push_back(describe(*message));
  return texts;
}

std::vector<std::string> LoopTest::history() {
  std::vector<std::string> texts;
  for (const MessageText& message : loop().messages()) texts.push_back(describe(*message));
  return texts;
}

void LoopTest::add_tool(const std::string& name, ToolBody body) {
  tools->add(name, std::move(body));
}

void LoopTest::add_tool(const std::string& name, std::string result) {
  tools->add(
      name, [result](ToolUse, std::function<void(std::string_view)>) { return result_it(result); });
}

}  // namespace sandport::testing

// The loop's own cost: a step, a tool call across the ABI, a session that rests.
#include <unistd.h>

#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/agent/agent_loop.hpp"
#include "core/agent/session_memory.hpp"
#include "core/error.hpp"
#include "host/assembly/agent_session.hpp"
#include "host/assembly/runtime.hpp"
#include "host/engine/block_on.hpp"
#include "tests/bench/measure.hpp"

namespace sandport::bench {
namespace {

constexpr char kTool[] = "todo_read";  // with an empty list there is next to nothing to do
constexpr std::size_t kSteps = 1'020;
constexpr std::size_t kTurns = 3;
constexpr std::size_t kCalls = 5'000;

// Wants the same tool `kSteps` times, without thinking, and remembers when it was asked.
class InstantModel final : public Model {
 public:
  [[nodiscard]] const std::string& name() const override { return name_; }

  Task<ChatReply> chat(ChatRequest /*request*/, ReplyListener& listener) override {
    asked.push_back(now());
    ChatReply reply;
    reply.model = name_;
    if (asked.size() > kSteps) {
      reply.finish_reason = "stop";
      reply.message = R"({"role":"assistant","content":[{"type":"text","text":"done"}]})";
      co_return reply;
    }
    ToolCallDelta delta;
    delta.id = "call_" + std::to_string(asked.size());
    delta.name = kTool;
    delta.arguments = "{}";
    delta.complete = true;
    listener.on_tool_call(delta);
    reply.finish_reason = "tool_calls";
    reply.message = R"({"role":"assistant","content":[],"tool_calls":[{"id":")" + delta.id +
                    R"(","name":")" + delta.name + R"(","arguments":{}}]})";
    co_return reply;
  }

  std::vector<Instant> asked;

 private:
  std::string name_ = "instant";
};

Task<void> run_one_turn(Agent& agent, InstantModel& model) {
  SessionStore& store = agent.runtime().store();
  SessionLease lease = co_await store.create(NewSession());
  AgentConfig config = agent.loop_config(Attendance::kUnattended);
  config.model = &model;
  config.limits.max_steps = 0;
  config.limits.max_identical_calls = 0;
  config.log = std::make_shared<StoreEventLog>(store, std::move(lease));
  AgentLoop loop(std::move(config));
  std::string message = "go";
  const TurnResult result = co_await loop.run_turn(std::move(message));
  if (result.end != TurnEnd::kFinished) throw Error(Code::kInternal, result.message);
}

// The steps around the given one, of every turn.
double step_cost(const std::vector<std::vector<Instant>>& turns, std::size_t step) {
  std::vector<double> costs;
  for (const std::vector<Instant>& asked : turns) {
    for (std::size_t i = step - 8; i < step + 8; ++i) {
      costs.push_back(microseconds(asked[i - 1], asked[i]));
    }
  }
  return median(std::move(costs));
}

Task<std::vector<double>> call_often(Toolset& tools) {
  SessionMemory memory;
  std::vector<double> costs;
  for (std::size_t i = 0; i < kCalls; ++i) {
    ToolCallContext context;
    context.session_id = "bench";
    context.call_id = "call";
    context.state = &memory;
    const std::function<void(std::string_view)> no_progress = [](std::string_view) {};
    const Instant begin = now();
    const ToolResult result = co_await tools.invoke(kTool, "{}", std::move(context), no_progress);
    costs.push_back(microseconds(begin, now()));
    if (result.outcome != ToolOutcome::kSucceeded) throw Error(Code::kInternal, result.content);
  }
  co_return costs;
}

double resident_bytes() {
  std::ifstream file("/proc/self/statm");
  double size = 0;
  double resident = 0;
  file >> size >> resident;
  return resident * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

Task<std::unique_ptr<AgentSession>> open_and_talk(Agent& agent, Strand strand) {
  std::unique_ptr<AgentSession> session =
      co_await AgentSession::open(agent, SessionOptions(), std::move(strand));
  std::string message = "hello";
  const TurnResult result = co_await session->run_turn(std::move(message));
  if (result.end != TurnEnd::kFinished) throw Error(Code::kInternal, result.message);
  co_return session;
}

template <typename T>
T run_on_strand(const Strand& strand, Task<T> work) {
  auto promise = std::make_shared<std::promise<T>>();
  boost::asio::co_spawn(strand, detail::fulfil<T>(std::move(work), promise), boost::asio::detached);
  return promise->get_future().get();
}

}  // namespace

void measure_loop(Agent& agent) {
  std::vector<std::vector<Instant>> turns;
  for (std::size_t i = 0; i < kTurns; ++i) {
    InstantModel model;
    block_on(agent.runtime().engine(), run_one_turn(agent, model));
    turns.push_back(std::move(model.asked));
  }
  report("step_10", step_cost(turns, 10));
  report("step_1000", step_cost(turns, 1'000));
}

void measure_tool_call(Agent& agent) {
  const auto catalog = agent.loop_config(Attendance::kUnattended).tools;
  const ToolCatalog::Entry* entry = catalog->find(kTool);
  if (entry == nullptr) throw Error(Code::kNotFound, "the manifest lacks the todo tools");
  report("tool_call", median(block_on(agent.runtime().engine(), call_often(*entry->toolset))));
}

void measure_idle_sessions(Agent& agent, std::size_t count) {
  const auto open_one = [&agent] {
    const Strand strand = agent.runtime().engine().make_strand();
    return run_on_strand(strand, open_and_talk(agent, strand));
  };
  std::vector<std::unique_ptr<AgentSession>> sessions;
  for (int i = 0; i < 20; ++i) sessions.push_back(open_one());  // fills caches and pools
  const double before = resident_bytes();
  for (std::size_t i = 0; i < count; ++i) sessions.push_back(open_one());
  report("idle_session_bytes", (resident_bytes() - before) / static_cast<double>(count));
  for (const auto& session : sessions) run_on_strand(session->strand(), session->finish());
}

}  // namespace sandport::bench

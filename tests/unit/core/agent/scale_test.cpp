// A step's work must not depend on how many came before. Work is counted, never timed.
#include "tests/unit/core/agent/agent_testing.hpp"

namespace sandport::testing {
namespace {

class Scale : public LoopTest {};

struct Work {
  std::uint64_t appends = 0;
  std::size_t bytes = 0;
  std::size_t listener_lines = 0;
  std::size_t new_texts = 0;  // messages of the request that the one before did not hold

  bool operator==(const Work&) const = default;
};

TEST_F(Scale, EveryOfAThousandStepsDoesTheSameWork) {
  config.limits.max_steps = 0;
  config.limits.max_identical_calls = 0;
  model.keep_requests = false;
  add_tool("look", std::string(1000, 'x'));

  std::vector<Work> totals;
  std::set<const std::string*> known;
  const auto count = [&](const ChatRequest& request) {
    Work total;
    total.appends = log->appends;
    for (const Event& event : log->events) total.bytes += event.payload_json.size();
    total.listener_lines = heard.lines.size();
    for (const MessageText& text : request.messages) known.insert(text.get());
    total.new_texts = known.size();
    totals.push_back(total);
  };
  std::uint32_t step = 1000;  // so that all numbers have as many digits
  model.fallback = [&](const ChatRequest& request, ReplyListener& listener) -> Task<ChatReply> {
    count(request);
    if (totals.size() > 1000) co_return reply_of("done");
    const ScriptedCall call{"c", "look", R"({"n":)" + std::to_string(step++) + "}"};
    stream_call(listener, 0, call);
    co_return reply_of("", {call});
  };
  EXPECT_EQ(run("go").steps, 1001U);

  const auto work_of = [&](std::size_t at) {
    const Work& before = totals[at - 1];
    const Work& after = totals[at];
    return Work{after.appends - before.appends, after.bytes - before.bytes,
                after.listener_lines - before.listener_lines, after.new_texts - before.new_texts};
  };
  const Work early = work_of(100);  // the step's number has three digits from here on
  EXPECT_EQ(early.new_texts, 2U);
  EXPECT_LE(early.appends, 3U);
  for (std::size_t at = 101; at < 999; ++at) ASSERT_EQ(work_of(at), early) << at;
}

}  // namespace
}  // namespace sandport::testing

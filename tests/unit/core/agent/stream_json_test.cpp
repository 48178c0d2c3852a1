#include "core/agent/stream_json.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

namespace sandport::testing {
namespace {

using namespace std::chrono_literals;

Usage some_usage() {
  Usage usage;
  usage.input_tokens = 1;
  usage.output_tokens = 2;
  usage.cached_input_tokens = 3;
  usage.reasoning_tokens = 4;
  return usage;
}

constexpr const char* kUsage =
    R"("usage":{"input_tokens":1,"output_tokens":2,"cached_input_tokens":3,"reasoning_tokens":4})";

TEST(StreamJson, BeginsWithTheSession) {
  EXPECT_EQ(stream_json_first_line("01abc"),
            R"({"schema_version":1,"type":"session","session_id":"01abc"})");
}

TEST(StreamJson, WritesEachEventAsOneLine) {
  const auto body = [](const AgentEvent& event) {
    const std::string line = stream_json_line(event);
    const std::string head = R"({"schema_version":1,"type":)";
    EXPECT_EQ(line.substr(0, head.size()), head);
    return line.substr(head.size(), line.size() - head.size() - 1);
  };
  EXPECT_EQ(body(TurnStarted{2}), R"("turn_started","turn":2)");
  EXPECT_EQ(body(UserMessageAdded{R"({"role":"user"})"}),
            R"("user_message","message":{"role":"user"})");
  EXPECT_EQ(body(StepStarted{3}), R"("step_started","step":3)");
  EXPECT_EQ(body(TextDelta{"a\n\"b\""}), R"("text_delta","text":"a\n\"b\"")");
  EXPECT_EQ(body(ReasoningDelta{"hm"}), R"("reasoning_delta","text":"hm")");
  EXPECT_EQ(body(ToolCallRequested{"c1", "look", R"({"at":1})"}),
            R"("tool_call_requested","id":"c1","name":"look","arguments":{"at":1})");
  EXPECT_EQ(body(PermissionAsked{"c1", "look", "look(*)"}),
            R"x("permission_asked","id":"c1","name":"look","rule":"look(*)")x");
  EXPECT_EQ(body(PermissionGiven{"c1", "look", "deny", "look(*)", "no"}),
            R"x("permission_decided","id":"c1","name":"look","decision":"deny","rule":"look(*)",)x"
            R"("feedback":"no")");
  EXPECT_EQ(body(ToolCallStarted{"c1", "look"}), R"("tool_call_started","id":"c1","name":"look")");
  EXPECT_EQ(body(ToolCallProgress{"c1", "50 %"}),
            R"("tool_call_progress","id":"c1","text":"50 %")");
  EXPECT_EQ(body(ToolCallFinished{"c1", "look", CallEnd::kInterrupted, "[]", 12ms,
                                  OutputCut::kTruncated}),
            R"("tool_call_finished","id":"c1","name":"look","outcome":"interrupted","content":[],)"
            R"("duration_ms":12,"truncated":true)");
  EXPECT_EQ(body(ReplyFinished{3, R"({"role":"assistant"})", "stop", "m1", some_usage()}),
            std::string(R"("reply","step":3,"message":{"role":"assistant"},"finish_reason":"stop",)"
                        R"("model":"m1",)") +
                kUsage);
  EXPECT_EQ(body(RetryScheduled{3, 1, 500ms, "429"}),
            R"("retry","step":3,"attempt":1,"wait_ms":500,"reason":"429")");
  EXPECT_EQ(body(LimitReached{"agent.max_steps", "stopped"}),
            R"("limit_reached","key":"agent.max_steps","message":"stopped")");
  EXPECT_EQ(body(TurnFinished{TurnEnd::kCutOff, "cut", "once", 3, some_usage()}),
            std::string(R"("turn_finished","reason":"cut_off","message":"cut","text":"once",)"
                        R"("steps":3,)") +
                kUsage);
}

TEST(StreamJson, IsAlwaysOneLineOfValidJson) {
  for (const char* text : {"line\nbreak\r\n", "half \xC3", "\xFF\xFE", "nul \x01"}) {
    const std::string line = stream_json_line(TextDelta{text});
    EXPECT_TRUE(nlohmann::json::accept(line));
    EXPECT_EQ(line.find('\n'), std::string::npos);
  }
  EXPECT_TRUE(nlohmann::json::accept(stream_json_line(UserMessageAdded{"not json"})));
}

}  // namespace
}  // namespace sandport::testing

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sandport/plugin.hpp>

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "tests/unit/sdk/operation_fixture.hpp"

namespace sandport {
namespace {

using testing::HasSubstr;
using testkit::FakeHost;
using testkit::RecordingSink;

struct State : sp_session_state {
  std::map<std::string, std::string> values;
  State() : sp_session_state{sizeof(sp_session_state), &get_value, &set_value} {}
  static sp_code get_value(sp_session_state* at, sp_str key, sp_receive receive, void* context) {
    auto& values = static_cast<State*>(at)->values;
    const auto found = values.find(to_string(key));
    if (found == values.end()) return SP_NOT_FOUND;
    receive(context, to_str(found->second));
    return SP_OK;
  }
  static sp_code set_value(sp_session_state* at, sp_str key, sp_str value, sp_error*) {
    static_cast<State*>(at)->values[to_string(key)] = to_string(value);
    return SP_OK;
  }
};

std::vector<Tool> make_tools(Host, std::string_view) {
  return {
      {"echo",
       "Echo",
       "Says it again.",
       R"({"type":"object"})",
       {.read_only = true},
       [](Call& call) { return ToolResult{call.args() + "@" + call.resolve("x")}; }},
      {"wait",
       "",
       "Waits.",
       R"({"type":"object"})",
       {},
       [](Call& call) -> Task<ToolResult> {
         co_await call.progress("waiting");
         co_await sleep_for(call.host(), std::chrono::seconds{1});
         co_return "waited";
       }},
      {"count",
       "",
       "Counts.",
       R"({"type":"object"})",
       {},
       [](Call& call) -> ToolResult {
         const auto next = call.state("n").value_or("") + "i";
         call.set_state("n", next);
         return next;
       }},
      {"fail",
       "",
       "Fails.",
       R"({"type":"object"})",
       {},
       [](Call&) { return ToolResult::error("did not work"); }},
      {"box",
       "",
       "Wants a sandbox.",
       R"({"type":"object"})",
       {},
       [](Call& call) -> Task<ToolResult> { co_return co_await call.sandbox().info(); }},
  };
}

struct Fixture : testing::Test {
  void SetUp() override {
    void* out = nullptr;
    const auto kind = toolset_kind<make_tools>("test", "", "{}");
    out = kind.make(Host{host.get()}, "{}");
    toolset = static_cast<sp_toolset*>(out);
    call.struct_size = sizeof call;
    call.work_dir = to_str("/work");
    call.state = &state;
  }
  void TearDown() override { toolset->destroy(toolset); }

  sp_code invoke(RecordingSink& sink, std::string name, std::string arguments = "{}") {
    const auto code = sink.start([&](sp_sink* at, sp_op** op, sp_error* error) {
      return toolset->invoke(toolset, to_str(name), to_str(arguments), &call, at, op, error);
    });
    // What was borrowed for the call is gone now.
    arguments.assign(arguments.size(), '#');
    name.assign(name.size(), '#');
    return code;
  }

  FakeHost host;
  State state;
  sp_call call{};
  sp_toolset* toolset = nullptr;
};

using Toolsets = Fixture;

TEST_F(Toolsets, ListsToolsAsMcpDoes) {
  const auto list = to_string(toolset->list(toolset));
  EXPECT_THAT(list,
              HasSubstr(R"({"name":"echo","title":"Echo","description":"Says it again.",)"
                        R"("inputSchema":{"type":"object"},"annotations":{"readOnlyHint":true}})"));
}

TEST_F(Toolsets, RunsABlockingTool) {
  RecordingSink sink;
  invoke(sink, "echo", R"({"a":1})");
  EXPECT_EQ(sink.wait(), SP_OK);
  EXPECT_EQ(sink.result(), R"({"content":[{"type":"text","text":"{\"a\":1}@/work/x"}]})");
}

TEST_F(Toolsets, RunsAToolThatWaits) {
  RecordingSink sink;
  invoke(sink, "wait");
  EXPECT_EQ(sink.text(SP_CHANNEL_PROGRESS), "waiting");
  EXPECT_FALSE(sink.done());
  host.clock().advance(std::chrono::seconds{1});
  EXPECT_EQ(sink.wait(), SP_OK);
  EXPECT_THAT(sink.violations(), testing::IsEmpty());
}

TEST_F(Toolsets, KeepsSessionState) {
  for (const auto* expected : {"\"i\"", "\"ii\""}) {
    RecordingSink sink;
    invoke(sink, "count");
    EXPECT_EQ(sink.wait(), SP_OK);
    EXPECT_THAT(sink.result(), HasSubstr(expected));
  }
}

TEST_F(Toolsets, AToolThatFailsIsAnAnswerForTheModel) {
  RecordingSink sink;
  invoke(sink, "fail");
  EXPECT_EQ(sink.wait(), SP_OK);
  EXPECT_THAT(sink.result(), HasSubstr(R"("isError":true)"));
}

TEST_F(Toolsets, AnUnknownToolIsRefused) {
  RecordingSink sink;
  EXPECT_EQ(invoke(sink, "nope"), SP_NOT_FOUND);
  EXPECT_THAT(sink.message(), HasSubstr("nope"));
}

TEST_F(Toolsets, AToolWithoutASandboxSaysSo) {
  RecordingSink sink;
  invoke(sink, "box");
  EXPECT_EQ(sink.wait(), SP_FAILED_PRECONDITION);
}

}  // namespace
}  // namespace sandport

// Core's view of a backend, a model and tools that are written with the SDK.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "core/error.hpp"
#include "host/plugin/adapt.hpp"
#include "host/plugin/loaded_plugin.hpp"
#include "testing.hpp"

namespace sandport {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::run_to_end;

class Adapters : public ::testing::Test {
 protected:
  template <typename Abi>
  Abi* make(const char* kind) {
    const sp_plugin& table = plugin_->table();
    void* object = nullptr;
    const auto text = [](std::string_view view) { return sp_str{view.data(), view.size()}; };
    if (table.create(&host_, text(kind), text("facets"), text("{}"), &object, nullptr) != SP_OK) {
      throw std::runtime_error("create failed");
    }
    return static_cast<Abi*>(object);
  }
  std::unique_ptr<Backend> backend() {
    return adapt_backend(make<sp_backend>("backend"), "facets", monitor_, nullptr);
  }
  void TearDown() override { EXPECT_THAT(faults_, IsEmpty()); }

  std::vector<std::string> faults_;
  std::shared_ptr<const LoadedPlugin> plugin_ =
      LoadedPlugin::load(SANDPORT_PLUGIN_FIXTURES "/facets.sandport.so", {});
  std::shared_ptr<PluginMonitor> monitor_ = std::make_shared<PluginMonitor>(
      "com.example.facets", OperationLimits{},
      [this](const Misbehaviour& fault) { faults_.push_back(fault.rule); });
  // A host that offers nothing.
  sp_host host_ = [] {
    sp_host host{};
    host.struct_size = sizeof host;
    host.get_service = [](const sp_host*, const char*) -> const void* { return nullptr; };
    return host;
  }();
};

// Runs work on a fresh sandbox of the plugin.
template <typename T>
Task<T> on_sandbox(Backend& backend, std::function<Task<T>(Sandbox&)> work) {
  SandboxSpec spec;
  const std::unique_ptr<Sandbox> sandbox = co_await backend.create(std::move(spec));
  co_return co_await work(*sandbox);
}

Task<Code> code_of(Task<void> work) {
  try {
    co_await std::move(work);
  } catch (const Error& error) {
    co_return error.code();
  }
  co_return Code::kOk;
}

TEST_F(Adapters, ASandboxIsPausedAndResumed) {
  const auto made = backend();
  const std::function<Task<Code>(Sandbox&)> work = [](Sandbox& sandbox) -> Task<Code> {
    PauseExtension& extension = *sandbox.pause_extension();
    co_await extension.pause();
    const Code again = co_await code_of(extension.pause());
    co_await extension.resume();
    co_await extension.pause();
    co_return again;
  };
  EXPECT_EQ(run_to_end(on_sandbox<Code>(*made, work)), Code::kFailedPrecondition);
}

TEST_F(Adapters, SnapshotsAreMadeListedRestoredAndForked) {
  const auto made = backend();
  const std::function<Task<std::string>(Sandbox&)> work =
      [](Sandbox& sandbox) -> Task<std::string> {
    SnapshotExtension& extension = *sandbox.snapshot_extension();
    std::string seen = co_await extension.create("x");
    seen += co_await extension.list();
    co_await extension.restore("s1");
    const Code missing = co_await code_of(extension.restore("s2"));
    const Code lacking = co_await code_of(extension.remove("s1"));
    const std::unique_ptr<Sandbox> copy = co_await extension.fork();
    seen += copy->id();
    seen += missing == Code::kNotFound ? " missing" : "";
    seen += lacking == Code::kUnimplemented ? " lacking" : "";
    co_return seen;
  };
  EXPECT_EQ(run_to_end(on_sandbox<std::string>(*made, work)),
            R"({"id":"snapshot-x"}[{"id":"s1"}]memory missing lacking)");
}

TEST_F(Adapters, MetricsAndNetworkPoliciesPassAsTheyAre) {
  const auto made = backend();
  const std::function<Task<std::string>(Sandbox&)> work =
      [](Sandbox& sandbox) -> Task<std::string> {
    std::string seen = co_await sandbox.metrics_extension()->read(5, -1);
    NetworkExtension& network = *sandbox.network_extension();
    co_await network.set_policy(R"({"allow":["x"]})");
    seen += co_await network.policy();
    co_return seen;
  };
  EXPECT_EQ(run_to_end(on_sandbox<std::string>(*made, work)),
            R"({"since":5,"until":-1}{"allow":["x"]})");
}

TEST_F(Adapters, SandboxesAreListedPageByPage) {
  const auto made = backend();
  const auto all = [](Backend& from) -> Task<std::vector<std::string>> {
    std::vector<std::string> ids;
    SandboxFilter filter;
    for (;;) {
      const SandboxPage page = co_await from.list(filter);
      for (const SandboxInfo& info : page.sandboxes) {
        EXPECT_EQ(info.state, SandboxState::kPaused);
        EXPECT_EQ(info.labels.at("a"), "b");
        ids.push_back(info.id);
      }
      if (page.next_page.empty()) co_return ids;
      filter.page = page.next_page;
    }
  };
  EXPECT_THAT(run_to_end(all(*made)), ElementsAre("s0", "s1", "s2", "s3", "s4"));
}

class Heard final : public ReplyListener {
 public:
  void on_text(std::string_view fragment) override { text += fragment; }
  void on_reasoning(std::string_view fragment) override { reasoning += fragment; }
  void on_tool_call(const ToolCallDelta& delta) override {
    calls += std::to_string(delta.index) + delta.id + delta.name + delta.arguments +
             (delta.complete ? "!" : "");
  }
  std::string text;
  std::string reasoning;
  std::string calls;
};

TEST_F(Adapters, AModelStreamsAndReplies) {
  const auto model = adapt_model(make<sp_model>("model"), "facets", monitor_, nullptr);
  Heard heard;
  ChatRequest request;
  request.session_id = "s9";
  request.messages.push_back(std::make_shared<const std::string>("{}"));
  request.messages.push_back(std::make_shared<const std::string>("{}"));
  const ChatReply reply = run_to_end(model->chat(std::move(request), heard));
  EXPECT_EQ(heard.text, "one two");
  EXPECT_EQ(heard.reasoning, "hm");
  EXPECT_EQ(heard.calls, "3c1look{\"a\":31}!");
  EXPECT_THAT(reply.message, HasSubstr(R"("seen":"2 s9 []")"));
  EXPECT_EQ(reply.finish_reason, "tool_calls");
  EXPECT_EQ(reply.model, "facets-1");
  EXPECT_EQ(reply.usage.input_tokens, 7U);
  EXPECT_EQ(reply.usage.output_tokens, 2U);
}

class Memory final : public ToolState {
 public:
  bool get(std::string_view key, std::string& value) const override {
    const auto found = values.find(std::string(key));
    if (found == values.end()) return false;
    value = found->second;
    return true;
  }
  void set(std::string_view key, std::string value) override {
    values[std::string(key)] = std::move(value);
  }
  std::map<std::string, std::string> values;
};

class AdaptedTools : public Adapters {
 protected:
  ToolResult call(const std::string& tool, const std::string& arguments) {
    ToolCallContext context;
    context.session_id = "s";
    context.call_id = "c";
    context.work_dir = "/work";
    context.state = &memory_;
    return run_to_end(tools_->invoke(tool, arguments, std::move(context),
                                     [this](std::string_view text) { progress_ += text; }));
  }
  Memory memory_;
  std::string progress_;
  std::shared_ptr<Toolset> tools_ =
      adapt_toolset(make<sp_toolset>("toolset"), "facets", monitor_, nullptr);
};

TEST_F(AdaptedTools, AreListedWithTheirEffect) {
  ASSERT_EQ(tools_->tools().size(), 3U);
  EXPECT_EQ(tools_->tools()[0].name, "remember");
  EXPECT_EQ(tools_->tools()[0].effect, ToolEffect::kChanges);
  EXPECT_EQ(tools_->tools()[2].effect, ToolEffect::kReadOnly);
  EXPECT_EQ(tools_->tools()[2].input_schema, R"({"type":"object"})");
}

TEST_F(AdaptedTools, KeepStateForTheSessionAndTellProgress) {
  const ToolResult first = call("remember", R"({"word":"a"})");
  EXPECT_THAT(first.content, HasSubstr("nothing"));
  EXPECT_EQ(first.structured, R"({"kept":true})");
  EXPECT_EQ(first.outcome, ToolOutcome::kSucceeded);
  EXPECT_EQ(progress_, "remembering");
  EXPECT_THAT(call("remember", "{}").content, HasSubstr("word"));
  EXPECT_EQ(memory_.values["word"], "{}");
}

TEST_F(AdaptedTools, MayNotKeepMoreThanAMebibyte) {
  try {
    static_cast<void>(call("too_much", "{}"));
    FAIL() << "kept";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::kInvalidArgument);
    EXPECT_THAT(error.what(), HasSubstr("1 MiB"));
  }
  EXPECT_THAT(memory_.values, IsEmpty());
}

TEST_F(AdaptedTools, FailWithoutASandboxAsTheySay) {
  const ToolResult result = call("where", "{}");
  EXPECT_EQ(result.outcome, ToolOutcome::kFailed);
  EXPECT_THAT(result.content, HasSubstr("/work/file none"));
}

TEST_F(AdaptedTools, NameAToolThatIsNotThere) {
  try {
    static_cast<void>(call("fly", "{}"));
    FAIL() << "called";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::kNotFound);
    EXPECT_THAT(error.what(), HasSubstr("fly"));
  }
}

}  // namespace
}  // namespace sandport

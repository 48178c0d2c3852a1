// A plugin's own exported object, made and called as the host does it, with the testkit's fakes.
#pragma once

#include <gtest/gtest.h>
#include <sandport/abi.h>
#include <sandport/testkit/testkit.hpp>

#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>

namespace plugin_test {

using sandport::to_str;

// Session state in memory.
class MemoryState : public sp_session_state {
 public:
  MemoryState() : sp_session_state{sizeof(sp_session_state), &get, &set} {}
  std::map<std::string, std::string> values;

 private:
  static sp_code get(sp_session_state* at, sp_str key, sp_receive receive, void* context) {
    auto& values = static_cast<MemoryState*>(at)->values;
    const auto found = values.find(sandport::to_string(key));
    if (found == values.end()) return SP_NOT_FOUND;
    receive(context, to_str(found->second));
    return SP_OK;
  }
  static sp_code set(sp_session_state* at, sp_str key, sp_str value, sp_error*) {
    static_cast<MemoryState*>(at)->values[sandport::to_string(key)] = sandport::to_string(value);
    return SP_OK;
  }
};

// The first kind of the plugin that is linked in. Returns null when it refuses the config; then
// error says why.
inline void* create(const sp_host* host, const std::string& config, std::string* error = nullptr) {
  struct Slot : sp_error {
    std::string* text = nullptr;
  } slot{};
  slot.struct_size = sizeof(sp_error);
  slot.set = [](sp_error* at, const sp_status* status) {
    auto* text = static_cast<Slot*>(at)->text;
    if (text != nullptr) *text = sandport::to_string(status->message);
  };
  slot.text = error;
  void* object = nullptr;
  const sp_kind* kind = sandport_v1.kinds[0];
  const sp_code code =
      sandport_v1.create(host, kind->kind, kind->name, to_str(config), &object, &slot);
  return code == SP_OK ? object : nullptr;
}

struct ToolAnswer {
  sp_code code = SP_OK;
  std::string message;  // of a status that is not SP_OK
  std::string text;
  bool is_error = false;
  nlohmann::json structured;
};

// A toolset with a sandbox in memory, at /work.
class ToolTest : public testing::Test {
 protected:
  ~ToolTest() override {
    if (toolset_ != nullptr) toolset_->destroy(toolset_);
  }

  void make(const std::string& config = "{}") {
    toolset_ = static_cast<sp_toolset*>(create(host_.get(), config));
    ASSERT_NE(toolset_, nullptr);
  }

  // Starts a call; finish() waits for it.
  void start(const std::string& tool, const nlohmann::json& arguments) {
    start_with(tool, arguments, lent_.get());
  }
  void start_with(const std::string& tool, const nlohmann::json& arguments, sp_sandbox* sandbox) {
    if (toolset_ == nullptr) make();
    call_ = {};
    call_.struct_size = sizeof(sp_call);
    call_.session_id = to_str("session");
    call_.call_id = to_str("call");
    call_.work_dir = to_str("/work");
    call_.sandbox = sandbox;
    call_.state = &state_;
    call_.timeout_ms = call_timeout_ms_;
    const std::string text = arguments.dump();
    sink_ = std::make_unique<sandport::testkit::RecordingSink>();
    sink_->start([&](sp_sink* sink, sp_op** op, sp_error* error) {
      return toolset_->invoke(toolset_, to_str(tool), to_str(text), &call_, sink, op, error);
    });
  }
  ToolAnswer finish() {
    ToolAnswer answer;
    answer.code = sink_->wait();
    answer.message = sink_->message();
    EXPECT_TRUE(sink_->violations().empty()) << sink_->violations().front();
    if (answer.code == SP_OK) {
      const auto result = nlohmann::json::parse(sink_->result());
      for (const auto& part : result.at("content")) answer.text += part.value("text", "");
      answer.is_error = result.value("isError", false);
      answer.structured = result.value("structuredContent", nlohmann::json());
    }
    sink_.reset();
    return answer;
  }
  ToolAnswer invoke(const std::string& tool, const nlohmann::json& arguments) {
    start(tool, arguments);
    return finish();
  }
  // A call that must succeed; its text.
  std::string good(const std::string& tool, const nlohmann::json& arguments) {
    const ToolAnswer answer = invoke(tool, arguments);
    EXPECT_EQ(answer.code, SP_OK) << answer.message;
    EXPECT_FALSE(answer.is_error) << answer.text;
    return answer.text;
  }
  // A call that the tool must refuse; its text.
  std::string bad(const std::string& tool, const nlohmann::json& arguments) {
    const ToolAnswer answer = invoke(tool, arguments);
    EXPECT_EQ(answer.code, SP_OK) << answer.message;
    EXPECT_TRUE(answer.is_error) << answer.text;
    return answer.text;
  }

  sandport::testkit::MemoryFiles& files() { return sandbox_->memory(); }

  sandport::testkit::FakeHost host_;
  std::unique_ptr<sandport::testkit::MemorySandbox> owned_ =
      std::make_unique<sandport::testkit::MemorySandbox>();
  sandport::testkit::MemorySandbox* sandbox_ = owned_.get();
  sandport::testkit::LentSandbox lent_{std::move(owned_)};
  MemoryState state_;
  std::uint64_t call_timeout_ms_ = 0;
  sp_toolset* toolset_ = nullptr;
  std::unique_ptr<sandport::testkit::RecordingSink> sink_;

 private:
  sp_call call_{};
};

}  // namespace plugin_test

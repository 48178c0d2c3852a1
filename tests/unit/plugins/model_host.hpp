// A model plugin, asked as the host asks it.
#pragma once

#include <string>
#include <vector>

#include "tests/unit/plugins/plugin_host.hpp"

namespace plugin_test {

struct ChatAnswer {
  sp_code code = SP_OK;
  std::string message;
  std::string reason;
  bool retryable = false;
  std::string text;
  std::string reasoning;
  std::vector<nlohmann::json> tool_calls;  // events
  nlohmann::json result;
};

class ModelTest : public testing::Test {
 protected:
  ~ModelTest() override {
    if (model_ != nullptr) model_->destroy(model_);
  }

  void make(const nlohmann::json& config) {
    std::string error;
    model_ = static_cast<sp_model*>(create(host_.get(), config.dump(), &error));
    ASSERT_NE(model_, nullptr) << error;
  }

  void start_chat() {
    std::vector<sp_str> views;
    for (const auto& message : messages_) views.push_back(to_str(message));
    sp_chat chat{};
    chat.struct_size = sizeof chat;
    chat.session_id = to_str(session_);
    chat.messages = views.data();
    chat.message_count = views.size();
    chat.tools = to_str(tools_);
    chat.options = to_str(options_);
    sink_ = std::make_unique<sandport::testkit::RecordingSink>();
    sink_->start([&](sp_sink* sink, sp_op** op, sp_error* error) {
      return model_->chat(model_, &chat, sink, op, error);
    });
  }
  ChatAnswer finish_chat() {
    ChatAnswer answer;
    answer.code = sink_->wait();
    answer.message = sink_->message();
    answer.reason = sink_->reason();
    answer.retryable = sink_->retryable();
    answer.text = sink_->text(SP_CHANNEL_TEXT);
    answer.reasoning = sink_->text(SP_CHANNEL_REASONING);
    for (const auto& event : sink_->events()) {
      if (event.channel == SP_CHANNEL_TOOL_CALL) {
        answer.tool_calls.push_back(nlohmann::json::parse(event.payload));
      }
    }
    if (answer.code == SP_OK) answer.result = nlohmann::json::parse(sink_->result());
    EXPECT_TRUE(sink_->violations().empty()) << sink_->violations().front();
    sink_.reset();
    return answer;
  }
  ChatAnswer chat() {
    start_chat();
    return finish_chat();
  }

  void add(const nlohmann::json& message) { messages_.push_back(message.dump()); }
  void add_user(const std::string& text) {
    add({{"role", "user"}, {"content", {{{"type", "text"}, {"text", text}}}}});
  }
  void add_result(const std::string& id, const std::string& text) {
    add({{"role", "tool"},
         {"tool_call_id", id},
         {"content", {{{"type", "text"}, {"text", text}}}}});
  }

  sandport::testkit::FakeHost host_;
  sp_model* model_ = nullptr;
  std::string session_ = "session";
  std::vector<std::string> messages_;
  std::string tools_ = "[]";
  std::string options_ = "{}";
  std::unique_ptr<sandport::testkit::RecordingSink> sink_;
};

}  // namespace plugin_test

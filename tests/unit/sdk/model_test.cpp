#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sandport/plugin.hpp>

#include <memory>
#include <string>
#include <utility>

#include "tests/unit/sdk/operation_fixture.hpp"

namespace sandport {
namespace {

using testkit::FakeHost;
using testkit::RecordingSink;

class Parrot : public Model {
 public:
  explicit Parrot(Host host) : host_(host) {}
  Task<std::string> chat(ChatRequest request, ChatSink& sink) override {
    std::string last{request.message(request.message_count() - 1)};
    co_await sleep_for(host_, std::chrono::seconds{1});
    co_await sink.reasoning("hm");
    co_await sink.text(last);
    ToolCallDelta delta;
    delta.id = "c1";
    delta.name = "echo";
    delta.arguments = "{\"a\"";
    co_await sink.tool_call(delta);
    ToolCallDelta rest;
    rest.arguments = ":1}";
    rest.complete = true;
    co_await sink.tool_call(rest);
    co_await sink.usage(R"({"input_tokens":1})");
    co_return R"({"finish_reason":"stop"})";
  }

 private:
  Host host_;
};

std::unique_ptr<Model> make(Host host, std::string_view) { return std::make_unique<Parrot>(host); }

TEST(Model, StreamsAndThenBringsTheWhole) {
  FakeHost host;
  auto* model =
      static_cast<sp_model*>(model_kind<make>("parrot", "", "{}").make(Host{host.get()}, "{}"));
  RecordingSink sink;
  std::string message = R"({"role":"user"})";
  {
    const sp_str messages[] = {to_str("ignored"), to_str(message)};
    sp_chat chat{};
    chat.struct_size = sizeof chat;
    chat.messages = messages;
    chat.message_count = 2;
    sink.start([&](sp_sink* at, sp_op** op, sp_error* error) {
      return model->chat(model, &chat, at, op, error);
    });
  }
  message.assign(message.size(), '#');  // borrowed only until submit returned
  host.clock().advance(std::chrono::seconds{1});
  EXPECT_EQ(sink.wait(), SP_OK);
  EXPECT_EQ(sink.text(SP_CHANNEL_TEXT), R"({"role":"user"})");
  EXPECT_EQ(sink.text(SP_CHANNEL_REASONING), "hm");
  EXPECT_EQ(sink.text(SP_CHANNEL_TOOL_CALL),
            R"({"index":0,"id":"c1","name":"echo","arguments":"{\"a\""})"
            R"({"index":0,"arguments":":1}","complete":true})");
  EXPECT_EQ(sink.text(SP_CHANNEL_USAGE), R"({"input_tokens":1})");
  EXPECT_EQ(sink.result(), R"({"finish_reason":"stop"})");
  EXPECT_THAT(sink.violations(), testing::IsEmpty());

  RecordingSink models;
  EXPECT_EQ(models.start([&](sp_sink* at, sp_op** op, sp_error* error) {
    return model->models(model, at, op, error);
  }),
            SP_UNIMPLEMENTED);
  model->destroy(model);
}

}  // namespace
}  // namespace sandport

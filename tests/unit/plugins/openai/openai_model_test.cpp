#include <gmock/gmock.h>

#include "tests/unit/plugins/model_host.hpp"

namespace {

using nlohmann::json;
using sandport::testkit::HttpAnswer;
using testing::HasSubstr;
using testing::Not;

class OpenAi : public plugin_test::ModelTest {
 protected:
  void make_model(json more = json::object()) {
    json config{{"base_url", "http://127.0.0.1:9/v1"}, {"model", "m"}, {"api_key", "sk-secret"}};
    config.update(more);
    make(config);
    add_user("hi");
  }
  void stream(std::vector<std::string> pieces) {
    HttpAnswer answer;
    answer.headers = {{"Content-Type", "text/event-stream; charset=utf-8"}};
    answer.body = std::move(pieces);
    host_.http().reply(std::move(answer));
  }
  json sent() { return json::parse(host_.http().requests().back().body); }
};

constexpr const char* kHello =
    "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hello\"}}]}\n\n";
constexpr const char* kStop =
    "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";

TEST_F(OpenAi, SendsTheConversationAndStreamsTheReply) {
  make_model();
  add(json::parse(R"({"role":"assistant","content":[{"type":"reasoning","text":"r"}],
      "tool_calls":[{"id":"a","name":"f","arguments":{"x":1}}]})"));
  add_result("a", "done");
  tools_ = R"([{"name":"f","description":"d","inputSchema":{"type":"object"}}])";
  options_ = R"({"max_output_tokens":7,"tool_choice":"f"})";
  stream({": ping\n\n", kHello, kStop, "data: [DONE]\n\n"});
  const auto answer = chat();
  ASSERT_EQ(answer.code, SP_OK) << answer.message;
  EXPECT_EQ(answer.text, "Hello");
  EXPECT_EQ(answer.result.at("finish_reason"), "stop");
  const auto request = host_.http().requests().at(0);
  EXPECT_EQ(request.url, "http://127.0.0.1:9/v1/chat/completions");
  EXPECT_EQ(request.header("Authorization"), "Bearer sk-secret");
  const json body = sent();
  EXPECT_TRUE(body.at("stream"));
  EXPECT_EQ(body.at("max_completion_tokens"), 7);
  EXPECT_EQ(body.at("tool_choice").at("function").at("name"), "f");
  EXPECT_EQ(body.at("messages").size(), 3u);
  EXPECT_EQ(body.at("messages").at(1).at("reasoning_content"), "r");
  EXPECT_EQ(body.at("messages").at(2).at("tool_call_id"), "a");
}

TEST_F(OpenAi, LeavesOutAnEmptyListOfTools) {
  make_model({{"parallel_tool_calls", true}});
  options_ = R"({"tool_choice":"auto"})";
  stream({kHello, kStop});
  static_cast<void>(chat());
  for (const char* key : {"tools", "tool_choice", "parallel_tool_calls"}) {
    EXPECT_FALSE(sent().contains(key)) << key;
  }
}

TEST_F(OpenAi, LetsHeadersOfTheUserWin) {
  make_model({{"extra_headers", {{"authorization", "Token t"}, {"X-Team", "a"}}}});
  stream({kHello, kStop});
  static_cast<void>(chat());
  const auto request = host_.http().requests().at(0);
  EXPECT_EQ(request.header("Authorization"), "");
  EXPECT_EQ(request.header("authorization"), "Token t");
  EXPECT_EQ(request.header("X-Team"), "a");
}

TEST_F(OpenAi, IsTheSameForEveryWayToCutTheBody) {
  const std::string body =
      std::string(": keep alive\r\n\r\n") +
      "data:{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"h\xC3\xA9\"}}]}\r\n\r\n" + kStop;
  make_model();
  for (std::size_t size = 1; size < 40; ++size) {
    std::vector<std::string> pieces;
    for (std::size_t at = 0; at < body.size(); at += size) pieces.push_back(body.substr(at, size));
    stream(std::move(pieces));
    EXPECT_EQ(chat().text, "hé") << size;
  }
}

TEST_F(OpenAi, TakesAReplyThatDoesNotStream) {
  make_model();
  host_.http().reply(200,
                     R"({"id":"c","model":"m","choices":[{"index":0,"message":{"role":"assistant",
      "content":"whole","tool_calls":null},"finish_reason":"stop"}],
      "usage":{"prompt_tokens":1,"completion_tokens":2}})",
                     {{"Content-Type", "application/json"}});
  const auto answer = chat();
  ASSERT_EQ(answer.code, SP_OK) << answer.message;
  EXPECT_EQ(answer.text, "whole");
  EXPECT_EQ(answer.result.at("usage").at("output_tokens"), 2);
}

TEST_F(OpenAi, DoesNotNeedTheEndMark) {
  make_model();
  stream({kHello, kStop});
  EXPECT_EQ(chat().code, SP_OK);
}

TEST_F(OpenAi, TellsAStreamThatWasCut) {
  make_model();
  stream({kHello});
  const auto answer = chat();
  EXPECT_EQ(answer.code, SP_INTERRUPTED);
  EXPECT_TRUE(answer.retryable);
  EXPECT_EQ(answer.text, "Hello");
}

TEST_F(OpenAi, PassesOnABrokenConnection) {
  make_model();
  HttpAnswer answer;
  answer.body = {kHello};
  answer.broken =
      sandport::Error(SP_INTERRUPTED, "the connection broke", "", sandport::Retry::kYes);
  host_.http().reply(std::move(answer));
  EXPECT_EQ(chat().code, SP_INTERRUPTED);
}

TEST_F(OpenAi, TellsAnEmptyReply) {
  make_model();
  stream({kStop});
  const auto answer = chat();
  EXPECT_EQ(answer.code, SP_UNAVAILABLE);
  EXPECT_EQ(answer.reason, "EMPTY_REPLY");
  EXPECT_TRUE(answer.retryable);
}

TEST_F(OpenAi, TellsAnErrorInsideTheStream) {
  make_model();
  stream({kHello, "data: {\"error\":{\"message\":\"model overloaded\",\"code\":503}}\n\n"});
  const auto answer = chat();
  EXPECT_EQ(answer.code, SP_UNAVAILABLE);
  EXPECT_THAT(answer.message, HasSubstr("model overloaded"));
}

TEST_F(OpenAi, TellsAChunkThatIsNoJson) {
  make_model();
  stream({"data: {\"choices\":[\n\n"});
  const auto answer = chat();
  EXPECT_EQ(answer.code, SP_INTERRUPTED);
  EXPECT_EQ(answer.reason, "BAD_CHUNK");
}

TEST_F(OpenAi, TellsAPageInPlaceOfAReply) {
  make_model();
  host_.http().reply(200, "<html><title>Sign in</title></html>", {{"Content-Type", "text/html"}});
  EXPECT_THAT(chat().message, HasSubstr("Sign in"));
}

TEST_F(OpenAi, BoundsAnEventWithoutEnd) {
  make_model({{"max_event_size", "64KiB"}});
  stream(std::vector<std::string>(800, std::string(64 * 1024, 'x')));
  const auto answer = chat();
  EXPECT_EQ(answer.code, SP_RESOURCE_EXHAUSTED);
  EXPECT_THAT(answer.message, HasSubstr("max_event_size"));
  EXPECT_FALSE(answer.retryable);
}

TEST_F(OpenAi, NeverShowsTheKeyThatAServerQuotes) {
  make_model();
  host_.http().reply(401, R"({"error":{"message":"no such key: sk-secret"}})");
  const auto answer = chat();
  EXPECT_EQ(answer.code, SP_UNAUTHENTICATED);
  EXPECT_THAT(answer.message,
              testing::AllOf(HasSubstr("no such key: ***"), Not(HasSubstr("sk-secret"))));
}

TEST_F(OpenAi, ListsModels) {
  make_model();
  host_.http().reply(200, R"({"data":[{"id":"a","context_length":8},{"id":"b"}]})");
  sandport::testkit::RecordingSink sink;
  sink.start([&](sp_sink* to, sp_op** op, sp_error* error) {
    return model_->models(model_, to, op, error);
  });
  EXPECT_EQ(sink.wait(), SP_OK);
  EXPECT_EQ(json::parse(sink.result()),
            json::parse(R"([{"id":"a","context_tokens":8},{"id":"b"}])"));
}

TEST_F(OpenAi, EndsWhenCancelled) {
  make_model();
  HttpAnswer answer;
  answer.body = {kHello};
  answer.stays_open = true;
  host_.http().reply(std::move(answer));
  start_chat();
  sink_->wait_events(1);
  sink_->cancel();
  EXPECT_EQ(finish_chat().code, SP_CANCELLED);
}

}  // namespace

#include "tests/support/websocket_server.hpp"
#include "tests/unit/host/engine/service_fixture.hpp"

namespace sandport {
namespace {

namespace asio = boost::asio;
using testing::bytes;
using testing::ServiceSink;
using testing::text;
using testing::WebSocketPeer;
using testing::WebSocketServer;

asio::awaitable<void> echo_to_service(WebSocketPeer& peer) {
  while (auto message = co_await peer.read()) co_await peer.write(std::move(*message));
}

class ServiceWebSocketTest : public testing::ServiceTest {
 protected:
  sp_code connect(const std::string& url, ServiceSink& sink) {
    sp_websocket_request request{};
    request.struct_size = sizeof request;
    request.url = text(url);
    const auto* service_table = service<sp_websockets>(SP_SERVICE_WEBSOCKET);
    return service_table->connect(service_table, &request, &sink, &sink.op, &socket_, &error_);
  }

  sp_code send(std::uint32_t channel, std::string_view message, ServiceSink& sink) {
    return socket_->send(socket_, channel, bytes(message), &sink, &sink.op, &error_);
  }

  sp_websocket* socket_ = nullptr;
};

TEST_F(ServiceWebSocketTest, MessagesSentBeforeItIsOpenGoOutInOrder) {
  const WebSocketServer server(echo_to_service);
  ServiceSink sink;
  ASSERT_EQ(connect(server.url(), sink), SP_OK);
  std::vector<std::unique_ptr<ServiceSink>> sends;
  for (int i = 0; i < 20; ++i) {
    sends.push_back(std::make_unique<ServiceSink>());
    ASSERT_EQ(send(SP_CHANNEL_WS_TEXT, std::to_string(i) + ";", *sends.back()), SP_OK);
  }
  for (auto& each : sends) EXPECT_EQ(each->wait().code, SP_OK);
  const auto events = sink.wait_for(21);
  ASSERT_EQ(events.size(), 21U);
  EXPECT_EQ(events[0].channel, SP_CHANNEL_WS_OPEN);
  EXPECT_EQ(events[0].payload.substr(0, 32), "HTTP/1.1 101 Switching Protocols");
  EXPECT_EQ(sink.all(SP_CHANNEL_WS_TEXT), "0;1;2;3;4;5;6;7;8;9;10;11;12;13;14;15;16;17;18;19;");
  socket_->close(socket_, 1000, text("done"));
  const auto end = sink.wait();
  EXPECT_EQ(end.code, SP_OK) << end.message;
  EXPECT_EQ(end.result.substr(0, 4), "1000");
}

TEST_F(ServiceWebSocketTest, BringsBinaryAndThePeersClose) {
  const WebSocketServer server([](WebSocketPeer& peer) -> asio::awaitable<void> {
    co_await peer.write({false, std::string("\0\1", 2)});
    co_await peer.close(4000, "over");
  });
  ServiceSink sink;
  ASSERT_EQ(connect(server.url(), sink), SP_OK);
  const auto end = sink.wait();
  EXPECT_EQ(end.code, SP_OK);
  EXPECT_EQ(end.result, "4000 over");
  EXPECT_EQ(sink.all(SP_CHANNEL_WS_BINARY), std::string("\0\1", 2));
}

TEST_F(ServiceWebSocketTest, ARefusedHandshakeFailsTheConnectionAndItsSends) {
  const WebSocketServer server(echo_to_service, {.status = 403, .refusal = "no"});
  ServiceSink sink;
  ASSERT_EQ(connect(server.url(), sink), SP_OK);
  ServiceSink message;
  ASSERT_EQ(send(SP_CHANNEL_WS_TEXT, "x", message), SP_OK);
  const auto end = sink.wait();
  EXPECT_EQ(end.code, SP_PERMISSION_DENIED);
  EXPECT_EQ(end.reason, "HTTP_403");
  EXPECT_EQ(message.wait().code, SP_FAILED_PRECONDITION);
}

TEST_F(ServiceWebSocketTest, OtherChannelsAreRefused) {
  const WebSocketServer server(echo_to_service);
  ServiceSink sink;
  ASSERT_EQ(connect(server.url(), sink), SP_OK);
  ServiceSink message;
  EXPECT_EQ(send(SP_CHANNEL_STDOUT, "x", message), SP_INVALID_ARGUMENT);
  EXPECT_EQ(message.op, nullptr);
  sink.op->cancel(sink.op);
  EXPECT_EQ(sink.wait().code, SP_CANCELLED);
}

TEST_F(ServiceWebSocketTest, ACancelledSendLeavesTheOthersAlone) {
  const WebSocketServer server(echo_to_service);
  ServiceSink sink;
  ASSERT_EQ(connect(server.url(), sink), SP_OK);
  ServiceSink first;
  ServiceSink second;
  ASSERT_EQ(send(SP_CHANNEL_WS_TEXT, "first", first), SP_OK);
  first.op->cancel(first.op);
  ASSERT_EQ(send(SP_CHANNEL_WS_TEXT, "second", second), SP_OK);
  first.wait();
  EXPECT_EQ(second.wait().code, SP_OK);
  sink.op->cancel(sink.op);
  sink.wait();
}

}  // namespace
}  // namespace sandport

#include <atomic>
#include <cstring>
#include <future>

#include "tests/support/http_server.hpp"
#include "tests/unit/host/engine/service_fixture.hpp"

namespace sandport {
namespace {

namespace asio = boost::asio;
using testing::bytes;
using testing::Exchange;
using testing::HttpServer;
using testing::ServiceSink;
using testing::text;

class ServiceHttpTest : public testing::ServiceTest {
 protected:
  sp_code send(sp_http_request request, ServiceSink& sink) {
    request.struct_size = sizeof request;
    const auto* http = service<sp_http>(SP_SERVICE_HTTP);
    return http->send(http, &request, &sink, &sink.op, &error_);
  }

  static sp_http_request get(const std::string& url) {
    sp_http_request request{};
    request.method = text("GET");
    request.url = text(url);
    request.reader_size = UINT64_MAX;
    return request;
  }
};

// Hands out its pieces, saying "not yet" before each of them.
struct PieceReader : sp_reader {
  explicit PieceReader(std::vector<std::string> from)
      : sp_reader{sizeof(sp_reader), &PieceReader::on_read, &PieceReader::on_wait,
                  &PieceReader::on_release},
        pieces(std::move(from)) {}

  static std::int64_t on_read(sp_reader* self, void* buffer, std::size_t) {
    auto& reader = *static_cast<PieceReader*>(self);
    if (reader.next == reader.pieces.size()) return reader.end;
    if (std::exchange(reader.shy, !reader.shy)) return SP_READ_AGAIN;
    const std::string& piece = reader.pieces[reader.next++];
    std::memcpy(buffer, piece.data(), piece.size());
    return static_cast<std::int64_t>(piece.size());
  }
  static void on_wait(sp_reader*, void (*ready)(void*), void* context) { ready(context); }
  static void on_release(sp_reader* self) { ++static_cast<PieceReader*>(self)->released; }

  std::vector<std::string> pieces;
  std::size_t next = 0;
  bool shy = true;
  std::int64_t end = SP_READ_END;
  std::atomic<int> released = 0;
};

asio::awaitable<void> echo_body(Exchange& exchange) {
  const std::string body = co_await exchange.read_all();
  co_await exchange.reply(201, body, "X-One: 1");
}

TEST_F(ServiceHttpTest, BringsTheHeadThenTheBodyThenDone) {
  const HttpServer server(echo_body);
  const std::string url = server.url();
  auto request = get(url);
  request.method = text("POST");
  request.body = bytes("payload");
  const sp_pair header{text("X-Two"), text("2")};
  request.headers = &header;
  request.header_count = 1;
  ServiceSink sink;
  ASSERT_EQ(send(request, sink), SP_OK);
  EXPECT_EQ(sink.wait().code, SP_OK);
  EXPECT_EQ(sink.all(SP_CHANNEL_HTTP_HEAD),
            "HTTP/1.1 201 Created\r\nX-One: 1\r\nContent-Length: 7\r\n");
  EXPECT_EQ(sink.all(SP_CHANNEL_HTTP_BODY), "payload");
  EXPECT_EQ(sink.dones(), 1U);
}

TEST_F(ServiceHttpTest, WaitsForResumeAfterEveryEventThatSaysEnough) {
  const HttpServer server([](Exchange& exchange) -> asio::awaitable<void> {
    co_await exchange.begin(200);
    for (int i = 0; i < 64; ++i) co_await exchange.chunk(std::string(64 * 1024, 'x'));
    co_await exchange.end();
  });
  const std::string url = server.url();
  ServiceSink sink;
  sink.pause = true;
  ASSERT_EQ(send(get(url), sink), SP_OK);
  for (std::size_t count = 1; sink.wait_for(count).size() >= count; ++count) {
    EXPECT_EQ(sink.wait_for(count).size(), count) << "an event came without a resume";
    sink.op->resume(sink.op);
  }
  EXPECT_EQ(sink.wait().code, SP_OK);
  EXPECT_EQ(sink.all(SP_CHANNEL_HTTP_BODY).size(), std::size_t{64} * 64 * 1024);
}

TEST_F(ServiceHttpTest, UploadsFromAReaderAndReleasesItOnce) {
  const HttpServer server(echo_body);
  const std::string url = server.url();
  PieceReader reader({"one ", "two ", "three"});
  auto request = get(url);
  request.method = text("PUT");
  request.reader = &reader;
  {
    ServiceSink sink;
    ASSERT_EQ(send(request, sink), SP_OK);
    EXPECT_EQ(sink.wait().code, SP_OK);
    EXPECT_EQ(sink.all(SP_CHANNEL_HTTP_BODY), "one two three");
  }
  engine_.stop();
  EXPECT_EQ(reader.released, 1);
}

TEST_F(ServiceHttpTest, AFailingReaderIsDataLoss) {
  const HttpServer server(echo_body);
  const std::string url = server.url();
  PieceReader reader({"one "});
  reader.end = SP_READ_FAILED;
  auto request = get(url);
  request.method = text("PUT");
  request.reader = &reader;
  ServiceSink sink;
  ASSERT_EQ(send(request, sink), SP_OK);
  EXPECT_EQ(sink.wait().code, SP_DATA_LOSS);
  engine_.stop();  // the reader is the host's until it is released
  EXPECT_EQ(reader.released, 1);
}

TEST_F(ServiceHttpTest, CancelEndsItWithCancelled) {
  const HttpServer server([](Exchange& exchange) -> asio::awaitable<void> {
    co_await exchange.begin(200);
    co_await exchange.stall();
  });
  const std::string url = server.url();
  ServiceSink sink;
  ASSERT_EQ(send(get(url), sink), SP_OK);
  sink.wait_for(1);
  sink.op->cancel(sink.op);
  EXPECT_EQ(sink.wait().code, SP_CANCELLED);
  sink.op->cancel(sink.op);
  EXPECT_EQ(sink.dones(), 1U);
}

TEST_F(ServiceHttpTest, CancelWorksWhilePaused) {
  const HttpServer server(echo_body);
  const std::string url = server.url();
  ServiceSink sink;
  sink.pause = true;
  ASSERT_EQ(send(get(url), sink), SP_OK);
  sink.wait_for(1);
  sink.op->cancel(sink.op);
  EXPECT_EQ(sink.wait().code, SP_CANCELLED);
}

TEST_F(ServiceHttpTest, StoppingTheEngineEndsItAndRefusesMore) {
  std::promise<void> asked;
  const HttpServer server([&asked](Exchange& exchange) {
    asked.set_value();
    return exchange.stall();
  });
  const std::string url = server.url();
  ServiceSink sink;
  ASSERT_EQ(send(get(url), sink), SP_OK);
  asked.get_future().wait();
  EXPECT_EQ(engine_.stop(), StopResult::kClean);
  EXPECT_EQ(sink.wait().code, SP_CANCELLED);
  ServiceSink late;
  PieceReader reader({});
  auto request = get(url);
  request.reader = &reader;
  EXPECT_EQ(send(request, late), SP_UNAVAILABLE);
  EXPECT_EQ(reader.released, 0) << "a refused reader stays the caller's";
  EXPECT_EQ(late.op, nullptr);
}

TEST_F(ServiceHttpTest, FailuresKeepTheirCode) {
  const std::string url = "http://127.0.0.1:" + std::to_string(testing::unused_port());
  ServiceSink sink;
  ASSERT_EQ(send(get(url), sink), SP_OK);
  EXPECT_EQ(sink.wait().code, SP_UNAVAILABLE);
}

}  // namespace
}  // namespace sandport

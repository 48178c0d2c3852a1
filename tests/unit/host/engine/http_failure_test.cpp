// What goes wrong on the network, and the one error that comes of it.
#include "host/engine/sleep.hpp"
#include "tests/unit/host/engine/http_fixture.hpp"

namespace sandport {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::Exchange;
using testing::HttpServer;
using HttpFailureTest = testing::HttpClientTest;

bool mentions(const Error& error, const std::string& text) {
  return std::string(error.what()).find(text) != std::string::npos;
}

TEST_F(HttpFailureTest, RefusedConnectionIsUnavailableAndRetryable) {
  const Error error =
      failure_of({.url = "http://127.0.0.1:" + std::to_string(testing::unused_port())});
  EXPECT_EQ(error.code(), Code::kUnavailable);
  EXPECT_TRUE(error.retryable());
  EXPECT_TRUE(mentions(error, "127.0.0.1")) << error.what();
}

TEST_F(HttpFailureTest, UnknownHostIsUnavailableAndRetryable) {
  const Error error = failure_of({.url = "http://no-such-host.invalid/"});
  EXPECT_EQ(error.code(), Code::kUnavailable);
  EXPECT_TRUE(error.retryable());
  EXPECT_TRUE(mentions(error, "no-such-host.invalid")) << error.what();
}

TEST_F(HttpFailureTest, BrokenBeforeTheReplyIsInterrupted) {
  const HttpServer server([](Exchange& exchange) -> asio::awaitable<void> {
    co_await exchange.read_all();
    exchange.abort();
  });
  const Error error = failure_of({.method = "POST", .url = server.url(), .body = "x"});
  EXPECT_EQ(error.code(), Code::kInterrupted);
  EXPECT_FALSE(error.retryable()) << "a POST may have taken effect";
  EXPECT_TRUE(failure_of({.url = server.url()}).retryable()) << "a GET changes nothing";
}

TEST_F(HttpFailureTest, BrokenInTheMiddleOfTheBodyIsInterrupted) {
  const HttpServer server([](Exchange& exchange) -> asio::awaitable<void> {
    if (exchange.request().target == "/chunked") {
      co_await exchange.begin(200);
      co_await exchange.chunk("half");
    } else {
      co_await exchange.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
    }
    exchange.close();
  });
  EXPECT_EQ(failure_of({.url = server.url("/chunked")}).code(), Code::kInterrupted);
  EXPECT_EQ(failure_of({.url = server.url("/length")}).code(), Code::kInterrupted);
}

TEST_F(HttpFailureTest, WhatCameBeforeTheBreakIsDelivered) {
  const HttpServer server([](Exchange& exchange) -> asio::awaitable<void> {
    co_await exchange.begin(200);
    co_await exchange.chunk("half");
    exchange.close();
  });
  auto response = block_on(engine_, client_.send({.url = server.url()}));
  EXPECT_EQ(block_on(engine_, response.read()), "half");
  EXPECT_THROW(block_on(engine_, response.read()), Error);
}

TEST_F(HttpFailureTest, NonsenseIsNotHttp) {
  const HttpServer server([](Exchange& exchange) -> asio::awaitable<void> {
    co_await exchange.write("SSH-2.0-OpenSSH_9.2\r\n\r\n");
    exchange.close();
  });
  const Error error = failure_of({.url = server.url()});
  EXPECT_NE(error.code(), Code::kOk);
  EXPECT_TRUE(mentions(error, "HTTP")) << error.what();
}

TEST_F(HttpFailureTest, EndlessHeadersAreRefused) {
  const HttpServer server([](Exchange& exchange) -> asio::awaitable<void> {
    co_await exchange.write("HTTP/1.1 200 OK\r\n");
    while (true) co_await exchange.write("X-More: " + std::string(1000, 'x') + "\r\n");
  });
  EXPECT_EQ(failure_of({.url = server.url()}).code(), Code::kResourceExhausted);
}

TEST_F(HttpFailureTest, IdleTimeoutEndsAStalledReply) {
  const HttpServer server([](Exchange& exchange) -> asio::awaitable<void> {
    co_await exchange.begin(200);
    co_await exchange.chunk("some");
    co_await exchange.stall();
  });
  const Error error = failure_of({.url = server.url(), .idle_timeout = 50ms});
  EXPECT_EQ(error.code(), Code::kDeadlineExceeded);
  EXPECT_TRUE(mentions(error, "50 ms (idle timeout)")) << error.what();
}

TEST_F(HttpFailureTest, IdleTimeoutEndsAServerThatNeverAnswers) {
  const HttpServer server([](Exchange& exchange) { return exchange.stall(); });
  EXPECT_EQ(failure_of({.url = server.url(), .idle_timeout = 50ms}).code(),
            Code::kDeadlineExceeded);
}

TEST_F(HttpFailureTest, IdleTimeoutSparesASlowButSteadyReply) {
  const HttpServer server([](Exchange& exchange) -> asio::awaitable<void> {
    co_await exchange.begin(200);
    for (int i = 0; i < 15; ++i) {
      co_await sleep_for(100ms);
      co_await exchange.chunk("x");
    }
    co_await exchange.end();
  });
  EXPECT_EQ(fetch({.url = server.url(), .idle_timeout = 1000ms}).body, std::string(15, 'x'));
}

TEST_F(HttpFailureTest, IdleTimeoutSparesAReaderThatTakesItsTime) {
  const HttpServer server([](Exchange& exchange) -> asio::awaitable<void> {
    co_await exchange.begin(200);
    for (int i = 0; i < 256; ++i) co_await exchange.chunk(std::string(64 * 1024, 'x'));
    co_await exchange.end();
  });
  const auto dawdle = [](HttpClient& client, std::string url) -> asio::awaitable<std::size_t> {
    HttpRequest request{.url = std::move(url), .idle_timeout = 500ms};
    HttpResponse response = co_await client.send(std::move(request));
    co_await sleep_for(1200ms);
    co_return (co_await response.read_all(std::size_t{1} << 30)).size();
  };
  EXPECT_EQ(block_on(engine_, dawdle(client_, server.url())), std::size_t{16} * 1024 * 1024);
}

TEST_F(HttpFailureTest, TotalTimeoutEndsASteadyReply) {
  const HttpServer server([](Exchange& exchange) -> asio::awaitable<void> {
    co_await exchange.begin(200);
    while (true) {
      co_await exchange.chunk("x");
      co_await sleep_for(5ms);
    }
  });
  const Error error = failure_of({.url = server.url(), .total_timeout = 80ms});
  EXPECT_EQ(error.code(), Code::kDeadlineExceeded);
  EXPECT_TRUE(mentions(error, "80 ms (total timeout)")) << error.what();
}

TEST_F(HttpFailureTest, ConnectTimeoutSaysThatNothingHappened) {
  // 192.0.2.0/24 is reserved for documentation: where packets to it are dropped, only the timeout
  // ends the attempt; where they are refused, the connection fails as such.
  const Error error = failure_of({.url = "http://192.0.2.1/", .connect_timeout = 50ms});
  EXPECT_TRUE(error.code() == Code::kDeadlineExceeded || error.code() == Code::kUnavailable);
  EXPECT_TRUE(error.retryable());
}

TEST_F(HttpFailureTest, MessagesKeepSecretsToThemselves) {
  const std::string port = std::to_string(testing::unused_port());
  const Error error =
      failure_of({.url = "http://user:hunter2@127.0.0.1:" + port + "/path?token=s3cret",
                  .headers = {{"Authorization", "Bearer t0ken"}}});
  EXPECT_TRUE(mentions(error, "/path")) << error.what();
  for (const char* secret : {"hunter2", "user", "s3cret", "token", "t0ken"}) {
    EXPECT_FALSE(mentions(error, secret)) << error.what();
  }
}

}  // namespace
}  // namespace sandport

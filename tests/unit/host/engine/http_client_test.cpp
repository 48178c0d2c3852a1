#include "host/engine/http/client.hpp"

#include <atomic>
#include <future>

#include "tests/unit/host/engine/http_fixture.hpp"

namespace sandport {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::Exchange;
using testing::HttpServer;
using testing::Reply;
using HttpClientTest = testing::HttpClientTest;

asio::awaitable<void> say_hello(Exchange& exchange) {
  co_await exchange.reply(200, "hello", "X-Answer: 42");
}

TEST_F(HttpClientTest, DeliversStatusHeadersAndBody) {
  const HttpServer server(say_hello);
  const Reply reply = fetch({.url = server.url("/greeting?name=x")});
  EXPECT_EQ(reply.head.status, 200);
  EXPECT_EQ(reply.head.version, "1.1");
  EXPECT_EQ(reply.head.reason, "OK");
  ASSERT_NE(reply.head.find("x-answer"), nullptr);
  EXPECT_EQ(*reply.head.find("x-answer"), "42");
  EXPECT_EQ(reply.body, "hello");
}

TEST_F(HttpClientTest, SendsMethodTargetAndHeadersAsGiven) {
  testing::ServerRequest seen;
  const HttpServer server([&seen](Exchange& exchange) -> asio::awaitable<void> {
    seen = exchange.request();
    co_await exchange.reply(204, "");
  });
  const Reply reply = fetch({.method = "DELETE",
                             .url = server.url("/a%20b?c=d"),
                             .headers = {{"X-One", "1"}, {"X-Empty", ""}, {"User-Agent", "mine"}}});
  EXPECT_EQ(reply.head.status, 204);
  EXPECT_EQ(seen.method, "DELETE");
  EXPECT_EQ(seen.target, "/a%20b?c=d");
  EXPECT_EQ(seen.header("x-one"), "1");
  EXPECT_EQ(seen.header("user-agent"), "mine");
  EXPECT_TRUE(std::any_of(seen.headers.begin(), seen.headers.end(),
                          [](const auto& header) { return header.first == "X-Empty"; }));
}

TEST_F(HttpClientTest, HeadHasNoBody) {
  const HttpServer server(say_hello);
  const Reply reply = fetch({.method = "HEAD", .url = server.url()});
  EXPECT_EQ(reply.head.status, 200);
  EXPECT_EQ(reply.body, "");
}

TEST_F(HttpClientTest, ErrorStatusesAreRepliesNotErrors) {
  const HttpServer server([](Exchange& exchange) -> asio::awaitable<void> {
    co_await exchange.reply(503, "later", "Retry-After: 3");
  });
  const Reply reply = fetch({.url = server.url()});
  EXPECT_EQ(reply.head.status, 503);
  EXPECT_EQ(reply.body, "later");
}

TEST_F(HttpClientTest, SkipsInterimRepliesAndIgnoresTrailers) {
  const HttpServer server([](Exchange& exchange) -> asio::awaitable<void> {
    co_await exchange.write("HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\n");
    co_await exchange.write(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Late\r\n\r\n");
    co_await exchange.write("2\r\nok\r\n0\r\nX-Late: 1\r\n\r\n");
  });
  const Reply reply = fetch({.url = server.url()});
  EXPECT_EQ(reply.head.status, 200);
  EXPECT_EQ(reply.head.find("X-Early"), nullptr);
  EXPECT_EQ(reply.head.find("X-Late"), nullptr);
  EXPECT_EQ(reply.body, "ok");
}

TEST_F(HttpClientTest, OneConnectionServesManyRequests) {
  const HttpServer server(say_hello);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(fetch({.url = server.url()}).body, "hello");
  EXPECT_EQ(server.connections(), 1U);
}

// The server answers nobody until all fifty are there: they must really overlap.
TEST_F(HttpClientTest, FiftyRequestsRunAtTheSameTime) {
  int waiting = 0;
  const HttpServer server([&waiting](Exchange& exchange) -> asio::awaitable<void> {
    static std::vector<Exchange*> all;
    all.push_back(&exchange);
    if (++waiting < 50) {
      co_await exchange.begin(200);
      co_await exchange.stall();
    }
    co_await exchange.begin(200);
    for (Exchange* each : all) {
      co_await each->chunk("together");
      co_await each->end();
    }
    all.clear();
  });
  std::vector<std::future<Reply>> replies;
  for (int i = 0; i < 50; ++i) {
    replies.push_back(start(engine_, fetch_on(client_, {.url = server.url()})));
  }
  for (auto& reply : replies) EXPECT_EQ(reply.get().body, "together");
}

TEST_F(HttpClientTest, RefusesHeadersThatWouldSplitTheRequest) {
  for (const std::string& bad :
       {std::string("a\r\nX-Evil: 1"), std::string("a\nb"), std::string("a\0b", 3)}) {
    const Error error = failure_of({.url = "http://127.0.0.1/", .headers = {{"X-Key", bad}}});
    EXPECT_EQ(error.code(), Code::kInvalidArgument);
    EXPECT_EQ(std::string(error.what()).find("Evil"), std::string::npos);
  }
  EXPECT_EQ(failure_of({.url = "http://127.0.0.1/", .headers = {{"X:Key", "a"}}}).code(),
            Code::kInvalidArgument);
  EXPECT_EQ(failure_of({.method = "GET / HTTP/1.1\r\nX: ", .url = "http://127.0.0.1/"}).code(),
            Code::kInvalidArgument);
}

TEST_F(HttpClientTest, RefusesOtherSchemes) {
  for (const char* url : {"file:///etc/passwd", "ftp://127.0.0.1/", "nonsense", ""}) {
    EXPECT_EQ(failure_of({.url = url}).code(), Code::kInvalidArgument) << url;
  }
}

TEST_F(HttpClientTest, GoesThroughTheProxyThatIsSet) {
  std::string asked;
  const HttpServer proxy([&asked](Exchange& exchange) -> asio::awaitable<void> {
    asked = exchange.request().target;
    co_await exchange.reply(200, "from the proxy");
  });
  NetworkSettings settings;
  settings.proxy = proxy.url();
  HttpClient client(engine_, settings);
  const Reply reply = block_on(engine_, fetch_on(client, {.url = "http://service.invalid/x"}));
  EXPECT_EQ(reply.body, "from the proxy");
  EXPECT_EQ(asked, "http://service.invalid/x");
}

TEST_F(HttpClientTest, StoppingTheEngineCancelsWhatIsInFlight) {
  const HttpServer server([](Exchange& exchange) -> asio::awaitable<void> {
    co_await exchange.begin(200);
    co_await exchange.stall();
  });
  Engine engine;
  HttpClient client(engine, testing::no_proxy());
  auto response = block_on(engine, client.send({.url = server.url()}));
  auto reading = start(engine, response.read());
  EXPECT_EQ(engine.stop(), StopResult::kClean);
  try {
    reading.get();
    FAIL() << "the read came back without an error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::kCancelled);
  }
}

}  // namespace
}  // namespace sandport

// Bodies in both directions: streaming, holding up, cancelling.
#include <atomic>
#include <future>

#include "host/engine/sleep.hpp"
#include "tests/unit/host/engine/http_fixture.hpp"

namespace sandport {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::Exchange;
using testing::HttpServer;
using testing::Reply;
using HttpBodyTest = testing::HttpClientTest;

constexpr std::size_t kMegabyte = 1024 * 1024;

// `total` bytes in pieces of 64 KiB, counted as they are asked for.
HttpBodySource counting_source(std::size_t total, std::atomic<std::size_t>& made) {
  return {.read = [total, &made]() -> asio::awaitable<std::string> {
            const std::size_t size = std::min<std::size_t>(64 * 1024, total - made);
            made += size;
            co_return std::string(size, 'u');
          },
          .size = std::nullopt};
}

TEST_F(HttpBodyTest, SendsBytesWithTheirLength) {
  std::string length;
  std::string type;
  const HttpServer server([&](Exchange& exchange) -> asio::awaitable<void> {
    length = exchange.request().header("Content-Length");
    type = exchange.request().header("Content-Type");
    co_await exchange.reply(200, co_await exchange.read_all());
  });
  std::string body("with a zero \0 byte", 18);
  EXPECT_EQ(fetch({.method = "POST", .url = server.url(), .body = body}).body, body);
  EXPECT_EQ(length, "18");
  EXPECT_EQ(type, "") << "nobody asked for a content type";
  fetch({.method = "PUT", .url = server.url()});
  EXPECT_EQ(length, "0");
}

TEST_F(HttpBodyTest, StreamsASourceOfUnknownLengthChunked) {
  std::string encoding;
  const HttpServer server([&](Exchange& exchange) -> asio::awaitable<void> {
    encoding = exchange.request().header("Transfer-Encoding");
    const std::string body = co_await exchange.read_all();
    co_await exchange.reply(200, std::to_string(body.size()));
  });
  std::atomic<std::size_t> made = 0;
  const Reply reply = fetch(
      {.method = "POST", .url = server.url(), .body = counting_source(3 * kMegabyte + 1, made)});
  EXPECT_EQ(reply.body, std::to_string(3 * kMegabyte + 1));
  EXPECT_EQ(encoding, "chunked");
}

TEST_F(HttpBodyTest, StreamsASourceOfKnownLengthWithIt) {
  std::string length;
  const HttpServer server([&](Exchange& exchange) -> asio::awaitable<void> {
    length = exchange.request().header("Content-Length");
    co_await exchange.reply(200, std::to_string((co_await exchange.read_all()).size()));
  });
  std::atomic<std::size_t> made = 0;
  HttpBodySource source = counting_source(kMegabyte, made);
  source.size = kMegabyte;
  const Reply reply = fetch({.method = "PUT", .url = server.url(), .body = source});
  EXPECT_EQ(reply.body, std::to_string(kMegabyte));
  EXPECT_EQ(length, std::to_string(kMegabyte));
}

TEST_F(HttpBodyTest, TheSourceIsHeldUpWhileTheServerDoesNotRead) {
  std::atomic<std::size_t> made = 0;
  const HttpServer server([&](Exchange& exchange) -> asio::awaitable<void> {
    // Until the client has stopped getting anywhere.
    std::size_t before = 0;
    for (std::size_t now = made; now == 0 || now != before; now = made) {
      before = now;
      co_await sleep_for(50ms);
    }
    std::size_t size = 0;
    while (true) {
      const std::string bytes = co_await exchange.read_some();
      if (bytes.empty()) break;
      size += bytes.size();
    }
    co_await exchange.reply(200, std::to_string(before) + " " + std::to_string(size));
  });
  const Reply reply =
      fetch({.method = "POST", .url = server.url(), .body = counting_source(64 * kMegabyte, made)});
  const std::size_t before = std::stoul(reply.body);
  EXPECT_LT(before, 16 * kMegabyte) << "made ahead of a server that did not read";
  EXPECT_EQ(reply.body, std::to_string(before) + " " + std::to_string(64 * kMegabyte));
}

TEST_F(HttpBodyTest, TheReplyArrivesWhileTheRequestIsStillBeingSent) {
  const HttpServer server([](Exchange& exchange) -> asio::awaitable<void> {
    co_await exchange.begin(200);
    while (true) {
      const std::string bytes = co_await exchange.read_some();
      if (bytes.empty()) break;
      co_await exchange.chunk("echo " + bytes);
    }
    co_await exchange.end();
  });
  const auto converse = [](HttpClient& client, std::string url) -> asio::awaitable<std::string> {
    auto heard = std::make_shared<std::string>();
    auto step = std::make_shared<int>(0);
    HttpBodySource source;
    source.read = [heard, step]() -> asio::awaitable<std::string> {
      if (++*step == 1) co_return "one";
      while (heard->empty()) co_await sleep_for(1ms);
      co_return "";
    };
    HttpRequest request{.method = "POST", .url = std::move(url), .body = std::move(source)};
    HttpResponse response = co_await client.send(std::move(request));
    *heard = co_await response.read();
    co_return *heard + co_await response.read();
  };
  EXPECT_EQ(block_on(engine_, converse(client_, server.url())), "echo one");
}

TEST_F(HttpBodyTest, TheServerIsHeldUpWhileNobodyReadsAndNothingIsLost) {
  std::atomic<std::size_t> sent = 0;
  const HttpServer server([&sent](Exchange& exchange) -> asio::awaitable<void> {
    co_await exchange.begin(200);
    const std::string piece(64 * 1024, 'd');
    for (int i = 0; i < 1024; ++i) {
      co_await exchange.chunk(piece);
      sent += piece.size();
    }
    co_await exchange.end();
  });
  const auto slow_reader = [](HttpClient& client, std::string url,
                              std::atomic<std::size_t>& progress) -> asio::awaitable<std::size_t> {
    HttpRequest request{.url = std::move(url)};
    HttpResponse response = co_await client.send(std::move(request));
    std::size_t held_at = 0;
    // Until the server has stopped getting anywhere.
    for (std::size_t now = progress; now == 0 || now != held_at; now = progress) {
      held_at = now;
      co_await sleep_for(50ms);
    }
    EXPECT_LT(held_at, 16 * kMegabyte) << "taken in while nobody read";
    std::size_t received = 0;
    std::size_t largest = 0;
    while (true) {
      const std::string bytes = co_await response.read();
      if (bytes.empty()) break;
      received += bytes.size();
      largest = std::max(largest, bytes.size());
    }
    EXPECT_LE(largest, kMegabyte);
    co_return received;
  };
  EXPECT_EQ(block_on(engine_, slow_reader(client_, server.url(), sent)), 64 * kMegabyte);
}

TEST_F(HttpBodyTest, DroppingTheResponseClosesTheConnection) {
  std::promise<void> broken;
  const HttpServer server([&broken](Exchange& exchange) -> asio::awaitable<void> {
    co_await exchange.begin(200);
    try {
      while (true) co_await exchange.chunk(std::string(64 * 1024, 'x'));
    } catch (const std::exception&) {
      broken.set_value();
      throw;
    }
  });
  { const auto response = block_on(engine_, client_.send({.url = server.url()})); }
  EXPECT_EQ(broken.get_future().wait_for(10s), std::future_status::ready);
}

TEST_F(HttpBodyTest, CancelWakesAWaitingRead) {
  const HttpServer server([](Exchange& exchange) -> asio::awaitable<void> {
    co_await exchange.begin(200);
    co_await exchange.chunk("some");
    co_await exchange.stall();
  });
  auto response = block_on(engine_, client_.send({.url = server.url()}));
  EXPECT_EQ(block_on(engine_, response.read()), "some");
  auto reading = start(engine_, response.read());
  response.cancel();
  EXPECT_THROW(reading.get(), Error);
}

TEST_F(HttpBodyTest, AFailingSourceEndsTheRequest) {
  const HttpServer server([](Exchange& exchange) -> asio::awaitable<void> {
    co_await exchange.read_all();
    co_await exchange.reply(200, "");
  });
  HttpBodySource source;
  source.read = []() -> asio::awaitable<std::string> {
    throw std::runtime_error("disk on fire");
    co_return "";
  };
  const Error error = failure_of({.method = "POST", .url = server.url(), .body = source});
  EXPECT_EQ(error.code(), Code::kDataLoss);
  EXPECT_NE(std::string(error.what()).find("disk on fire"), std::string::npos);
}

TEST_F(HttpBodyTest, AReplyThatIsTooLongForReadAllIsRefused) {
  const HttpServer server([](Exchange& exchange) -> asio::awaitable<void> {
    co_await exchange.reply(200, std::string(1000, 'x'));
  });
  auto response = block_on(engine_, client_.send({.url = server.url()}));
  try {
    block_on(engine_, response.read_all(999));
    FAIL() << "took more than the limit";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::kResourceExhausted);
  }
}

}  // namespace
}  // namespace sandport

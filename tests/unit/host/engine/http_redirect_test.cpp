#include "tests/unit/host/engine/http_fixture.hpp"

namespace sandport {
namespace {

namespace asio = boost::asio;
using testing::Exchange;
using testing::HttpServer;
using testing::Reply;
using HttpRedirectTest = testing::HttpClientTest;

asio::awaitable<void> redirect(Exchange& exchange, int status, std::string to) {
  co_await exchange.reply(status, "", "Location: " + to);
}

TEST_F(HttpRedirectTest, IsDeliveredByDefault) {
  const HttpServer server([](Exchange& exchange) { return redirect(exchange, 302, "/next"); });
  EXPECT_EQ(fetch({.url = server.url()}).head.status, 302);
}

TEST_F(HttpRedirectTest, IsFollowedOnRequestWithTheHeadersOnTheSameOrigin) {
  const HttpServer server([](Exchange& exchange) -> asio::awaitable<void> {
    if (exchange.request().target == "/a") co_return co_await redirect(exchange, 307, "b?c=d");
    co_await exchange.reply(200, exchange.request().method + exchange.request().target +
                                     exchange.request().header("X-Key") +
                                     co_await exchange.read_all());
  });
  const Reply reply = fetch({.method = "POST",
                             .url = server.url("/a"),
                             .headers = {{"X-Key", "key"}},
                             .body = "body",
                             .max_redirects = 3});
  EXPECT_EQ(reply.body, "POST/b?c=dkeybody");
}

TEST_F(HttpRedirectTest, SeeOtherTurnsIntoGet) {
  const HttpServer server([](Exchange& exchange) -> asio::awaitable<void> {
    co_await exchange.read_all();
    if (exchange.request().target == "/a") co_return co_await redirect(exchange, 303, "/b");
    co_await exchange.reply(200, exchange.request().method);
  });
  EXPECT_EQ(
      fetch({.method = "POST", .url = server.url("/a"), .body = "body", .max_redirects = 1}).body,
      "GET");
}

TEST_F(HttpRedirectTest, AnotherOriginGetsNoCredentials) {
  std::string key;
  std::string accept;
  const HttpServer other([&](Exchange& exchange) -> asio::awaitable<void> {
    key = exchange.request().header("X-API-Key") + exchange.request().header("Authorization");
    accept = exchange.request().header("Accept");
    co_await exchange.reply(200, "other");
  });
  const HttpServer server(
      [&other](Exchange& exchange) { return redirect(exchange, 302, other.url("/")); });
  const Reply reply =
      fetch({.url = server.url(),
             .headers = {{"X-API-Key", "k"}, {"Authorization", "t"}, {"Accept", "text/plain"}},
             .max_redirects = 1});
  EXPECT_EQ(reply.body, "other");
  EXPECT_EQ(key, "");
  EXPECT_EQ(accept, "text/plain");
}

TEST_F(HttpRedirectTest, StopsAtTheLimit) {
  const HttpServer server([](Exchange& exchange) { return redirect(exchange, 302, "/again"); });
  EXPECT_EQ(fetch({.url = server.url(), .max_redirects = 5}).head.status, 302);
  EXPECT_EQ(server.connections(), 1U);
}

TEST_F(HttpRedirectTest, NeverLeavesTheWeb) {
  const HttpServer server(
      [](Exchange& exchange) { return redirect(exchange, 302, "file:///etc/passwd"); });
  EXPECT_EQ(failure_of({.url = server.url(), .max_redirects = 1}).code(),
            Code::kFailedPrecondition);
}

}  // namespace
}  // namespace sandport

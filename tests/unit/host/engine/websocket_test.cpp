#include "host/engine/websocket/client.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <future>

#include "core/error.hpp"
#include "host/engine/block_on.hpp"
#include "tests/support/http_server.hpp"
#include "tests/support/websocket_server.hpp"
#include "tests/unit/host/engine/http_fixture.hpp"
#include "tests/unit/host/engine/temporary_directory.hpp"

namespace sandport {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::WebSocketPeer;
using testing::WebSocketServer;

asio::awaitable<void> echo_messages(WebSocketPeer& peer) {
  while (auto message = co_await peer.read()) co_await peer.write(std::move(*message));
}

class WebSocketTest : public ::testing::Test {
 protected:
  WebSocket open(WebSocketRequest request) {
    return block_on(engine_, client_.connect(std::move(request)));
  }

  Error refusal_of(WebSocketRequest request) { return refusal_on(client_, std::move(request)); }

  Error refusal_on(WebSocketClient& client, WebSocketRequest request) {
    try {
      static_cast<void>(block_on(engine_, client.connect(std::move(request))));
      ADD_FAILURE() << "the connection was opened";
    } catch (const Error& error) {
      return error;
    }
    return {Code::kOk, ""};
  }

  std::optional<WebSocketMessage> read(WebSocket& socket) {
    return block_on(engine_, socket.read());
  }

  Error read_failure(WebSocket& socket) {
    try {
      read(socket);
      ADD_FAILURE() << "the read did not fail";
    } catch (const Error& error) {
      return error;
    }
    return {Code::kOk, ""};
  }

  void write(WebSocket& socket, WebSocketKind kind, std::string data) {
    block_on(engine_, socket.write({kind, std::move(data)}));
  }

  Engine engine_{{.threads = 2}};
  WebSocketClient client_{engine_, testing::no_proxy()};
};

TEST_F(WebSocketTest, EchoesTextAndBinary) {
  const WebSocketServer server(echo_messages);
  auto socket = open({.url = server.url()});
  write(socket, WebSocketKind::kText, "héllo");
  auto message = read(socket);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->kind, WebSocketKind::kText);
  EXPECT_EQ(message->data, "héllo");
  const std::string bytes("\0\xff\x80", 3);
  write(socket, WebSocketKind::kBinary, bytes);
  message = read(socket);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->kind, WebSocketKind::kBinary);
  EXPECT_EQ(message->data, bytes);
}

TEST_F(WebSocketTest, JoinsFragments) {
  const WebSocketServer server([](WebSocketPeer& peer) -> asio::awaitable<void> {
    co_await peer.write_fragments(true, "in four small pieces", 5);
    co_await peer.read();
  });
  auto socket = open({.url = server.url()});
  const auto message = read(socket);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->data, "in four small pieces");
}

TEST_F(WebSocketTest, SendsPathHeadersAndSubprotocols) {
  testing::ServerRequest seen;
  const WebSocketServer server(
      [&seen](WebSocketPeer& peer) -> asio::awaitable<void> {
        seen = peer.request();
        co_await peer.write({true, "ready"});
      },
      {.subprotocol = "two"});
  auto socket = open({.url = server.url("/exec?cmd=ls"),
                      .headers = {{"Authorization", "Bearer x"}},
                      .subprotocols = {"one", "two"}});
  ASSERT_TRUE(read(socket));
  EXPECT_EQ(seen.target, "/exec?cmd=ls");
  EXPECT_EQ(seen.header("authorization"), "Bearer x");
  EXPECT_EQ(seen.header("sec-websocket-protocol"), "one, two");
  ASSERT_NE(socket.head().find("Sec-WebSocket-Protocol"), nullptr);
  EXPECT_EQ(*socket.head().find("Sec-WebSocket-Protocol"), "two");
}

TEST_F(WebSocketTest, ThePeersCloseEndsTheMessages) {
  const WebSocketServer server([](WebSocketPeer& peer) -> asio::awaitable<void> {
    co_await peer.write({true, "last"});
    co_await peer.close(4001, "enough");
  });
  auto socket = open({.url = server.url()});
  EXPECT_EQ(read(socket)->data, "last");
  EXPECT_FALSE(read(socket));
  const auto closed = block_on(engine_, socket.closed_with());
  EXPECT_EQ(closed.code, 4001);
  EXPECT_EQ(closed.reason, "enough");
}

TEST_F(WebSocketTest, OurCloseComesAfterOurMessagesWithItsCode) {
  std::promise<std::string> seen;
  const WebSocketServer server([&seen](WebSocketPeer& peer) -> asio::awaitable<void> {
    std::string text;
    while (auto message = co_await peer.read()) text += message->data;
    seen.set_value(text + " " + peer.closed_with());
  });
  auto socket = open({.url = server.url()});
  auto first = start(engine_, socket.write({WebSocketKind::kText, "one"}));
  first.get();
  block_on(engine_, socket.close({4002, "bye"}));
  EXPECT_EQ(seen.get_future().get(), "one 4002 bye");
  EXPECT_FALSE(read(socket));
  EXPECT_THROW(write(socket, WebSocketKind::kText, "late"), Error);
}

TEST_F(WebSocketTest, ManyConcurrentWritesKeepTheirFraming) {
  const WebSocketServer server(echo_messages);
  auto socket = open({.url = server.url()});
  std::vector<std::future<void>> writes;
  for (int i = 0; i < 50; ++i) {
    writes.push_back(start(engine_, socket.write({WebSocketKind::kText, std::string(1000, 'm')})));
  }
  for (int i = 0; i < 50; ++i) EXPECT_EQ(read(socket)->data, std::string(1000, 'm'));
  for (auto& each : writes) each.get();
}

TEST_F(WebSocketTest, ARefusedHandshakeBringsStatusAndAnswer) {
  const WebSocketServer server(echo_messages, {.status = 401, .refusal = "no token\nat all"});
  const Error error = refusal_of({.url = server.url("/x?token=s3cret")});
  EXPECT_EQ(error.code(), Code::kUnauthenticated);
  EXPECT_EQ(error.reason(), "HTTP_401");
  const std::string text = error.what();
  EXPECT_NE(text.find("401: no token at all"), std::string::npos) << text;
  EXPECT_EQ(text.find("s3cret"), std::string::npos) << text;
}

TEST_F(WebSocketTest, ABusyServerSaysWhenToComeBack) {
  const WebSocketServer server(echo_messages, {.status = 429});
  const Error error = refusal_of({.url = server.url()});
  EXPECT_EQ(error.code(), Code::kResourceExhausted);
  EXPECT_TRUE(error.retryable());
  EXPECT_EQ(error.retry_after(), 7s);
}

TEST_F(WebSocketTest, RefusedConnectionIsUnavailable) {
  const Error error =
      refusal_of({.url = "ws://127.0.0.1:" + std::to_string(testing::unused_port())});
  EXPECT_EQ(error.code(), Code::kUnavailable);
  EXPECT_TRUE(error.retryable());
}

TEST_F(WebSocketTest, ConnectTimeoutCoversTheHandshake) {
  const testing::HttpServer server([](testing::Exchange& exchange) { return exchange.stall(); });
  const Error error = refusal_of(
      {.url = "ws://127.0.0.1:" + std::to_string(server.port()), .connect_timeout = 50ms});
  EXPECT_EQ(error.code(), Code::kDeadlineExceeded);
  EXPECT_NE(std::string(error.what()).find("50 ms"), std::string::npos) << error.what();
}

TEST_F(WebSocketTest, ABrokenConnectionIsInterrupted) {
  const WebSocketServer server([](WebSocketPeer& peer) -> asio::awaitable<void> {
    co_await peer.read();
    peer.abort();
  });
  auto socket = open({.url = server.url()});
  try {
    write(socket, WebSocketKind::kText, "go");
  } catch (const Error& error) {  // The break can be seen before the write is known to be done.
    EXPECT_EQ(error.code(), Code::kInterrupted);
  }
  EXPECT_EQ(read_failure(socket).code(), Code::kInterrupted);
}

TEST_F(WebSocketTest, IdleTimeoutEndsASilentPeer) {
  const WebSocketServer server([](WebSocketPeer& peer) { return peer.stall(); });
  auto socket = open({.url = server.url(), .idle_timeout = 60ms});
  const Error error = read_failure(socket);
  EXPECT_EQ(error.code(), Code::kDeadlineExceeded);
  EXPECT_NE(std::string(error.what()).find("60 ms (idle timeout)"), std::string::npos);
}

TEST_F(WebSocketTest, PingsKeepAQuietConnectionOpen) {
  const WebSocketServer server(echo_messages);  // its read answers pings
  auto socket = open({.url = server.url(), .idle_timeout = 1000ms});
  auto reading = start(engine_, socket.read());
  EXPECT_EQ(reading.wait_for(1500ms), std::future_status::timeout);
  write(socket, WebSocketKind::kText, "still here");
  EXPECT_EQ(reading.get()->data, "still here");
}

TEST_F(WebSocketTest, AMessageOverTheLimitIsRefused) {
  const WebSocketServer server([](WebSocketPeer& peer) -> asio::awaitable<void> {
    co_await peer.write({true, std::string(2000, 'x')});
    co_await peer.read();
  });
  auto socket = open({.url = server.url(), .max_message_bytes = 1000});
  const Error error = read_failure(socket);
  EXPECT_EQ(error.code(), Code::kResourceExhausted);
  EXPECT_NE(std::string(error.what()).find("1000 bytes"), std::string::npos) << error.what();
}

TEST_F(WebSocketTest, BrokenFramesAreAProtocolError) {
  const WebSocketServer server([](WebSocketPeer& peer) -> asio::awaitable<void> {
    co_await peer.write_raw(std::string(32, '\xff'));
    co_await peer.read();
  });
  auto socket = open({.url = server.url()});
  EXPECT_EQ(read_failure(socket).code(), Code::kInternal);
}

TEST_F(WebSocketTest, ThePeerIsHeldUpWhileNobodyReadsAndNothingIsLost) {
  constexpr std::size_t kMessages = 1024;
  std::atomic<std::size_t> sent = 0;
  const WebSocketServer server([&sent](WebSocketPeer& peer) -> asio::awaitable<void> {
    for (std::size_t i = 0; i < kMessages; ++i) {
      co_await peer.write({false, std::string(64 * 1024, 'm')});
      ++sent;
    }
  });
  auto socket = open({.url = server.url(), .idle_timeout = 1000ms});
  // Longer than the idle timeout, which must not blame the peer for our own pause.
  std::size_t held_at = 0;
  for (std::size_t now = sent; now == 0 || now != held_at; now = sent) {
    held_at = now;
    std::this_thread::sleep_for(1300ms);
  }
  EXPECT_LT(held_at, kMessages / 2);
  std::size_t received = 0;
  while (read(socket)) ++received;
  EXPECT_EQ(received, kMessages);
}

TEST_F(WebSocketTest, CancelWakesAWaitingRead) {
  const WebSocketServer server(echo_messages);
  auto socket = open({.url = server.url()});
  auto reading = start(engine_, socket.read());
  socket.cancel();
  EXPECT_THROW(reading.get(), Error);
}

TEST_F(WebSocketTest, StoppingTheEngineEndsOpenConnections) {
  const WebSocketServer server(echo_messages);
  Engine engine;
  WebSocketClient client(engine, testing::no_proxy());
  auto socket = block_on(engine, client.connect({.url = server.url()}));
  auto reading = start(engine, socket.read());
  EXPECT_EQ(engine.stop(), StopResult::kClean);
  EXPECT_THROW(reading.get(), Error);
}

TEST_F(WebSocketTest, StoppingTheEngineEndsOpeningHandshakes) {
  std::promise<void> asked;
  const testing::HttpServer server([&asked](testing::Exchange& exchange) {
    asked.set_value();
    return exchange.stall();
  });
  Engine engine;
  WebSocketClient client(engine, testing::no_proxy());
  auto opening =
      start(engine, client.connect({.url = "ws://127.0.0.1:" + std::to_string(server.port())}));
  asked.get_future().wait();
  EXPECT_EQ(engine.stop(), StopResult::kClean);
  EXPECT_THROW(opening.get(), Error);
}

TEST_F(WebSocketTest, TlsNeedsATrustedCertificate) {
  const auto certificate = testing::make_certificate();
  const WebSocketServer server(echo_messages, {.tls = certificate});
  const Error error = refusal_of({.url = server.url()});
  EXPECT_EQ(error.code(), Code::kFailedPrecondition);
  EXPECT_NE(std::string(error.what()).find("SSL_CERT_FILE"), std::string::npos) << error.what();

  const testing::TemporaryDirectory directory;
  NetworkSettings settings = testing::no_proxy();
  settings.ca_file = (directory.path() / "ca.pem").string();
  std::ofstream(settings.ca_file) << certificate.certificate_pem;
  WebSocketClient trusting(engine_, settings);
  auto socket = block_on(engine_, trusting.connect({.url = server.url()}));
  write(socket, WebSocketKind::kText, "over TLS");
  EXPECT_EQ(read(socket)->data, "over TLS");
  block_on(engine_, socket.close({1000, ""}));
}

TEST_F(WebSocketTest, TlsChecksTheNameInTheCertificate) {
  const auto certificate = testing::make_certificate();
  const WebSocketServer server(echo_messages, {.tls = certificate});
  const testing::TemporaryDirectory directory;
  NetworkSettings settings = testing::no_proxy();
  settings.ca_file = (directory.path() / "ca.pem").string();
  std::ofstream(settings.ca_file) << certificate.certificate_pem;
  WebSocketClient trusting(engine_, settings);
  // 127.0.0.2 reaches the same listener only if it listens there; the proxy takes us there anyway.
  const testing::HttpServer proxy(
      [&server](testing::Exchange& exchange) { return exchange.tunnel(server.port()); });
  settings.proxy = proxy.url();
  WebSocketClient misled(engine_, settings);
  const Error error = refusal_on(misled, {.url = "wss://other.example/"});
  EXPECT_EQ(error.code(), Code::kFailedPrecondition);
  EXPECT_NE(std::string(error.what()).find("other.example"), std::string::npos) << error.what();
}

TEST_F(WebSocketTest, GoesThroughAnHttpProxy) {
  const WebSocketServer server(echo_messages);
  std::string asked;
  std::string credentials;
  const testing::HttpServer proxy([&](testing::Exchange& exchange) {
    asked = exchange.request().method + " " + exchange.request().target;
    credentials = exchange.request().header("Proxy-Authorization");
    return exchange.tunnel(server.port());
  });
  NetworkSettings settings;
  settings.proxy = "http://user:pass@127.0.0.1:" + std::to_string(proxy.port());
  WebSocketClient client(engine_, settings);
  auto socket = block_on(engine_, client.connect({.url = "ws://service.invalid/x"}));
  write(socket, WebSocketKind::kText, "through the proxy");
  EXPECT_EQ(read(socket)->data, "through the proxy");
  EXPECT_EQ(asked, "CONNECT service.invalid:80");
  EXPECT_EQ(credentials, "Basic dXNlcjpwYXNz");
}

TEST_F(WebSocketTest, AProxyThatRefusesIsNamed) {
  const testing::HttpServer proxy([](testing::Exchange& exchange) -> asio::awaitable<void> {
    co_await exchange.reply(407, "");
  });
  NetworkSettings settings;
  settings.proxy = "http://user:hunter2@127.0.0.1:" + std::to_string(proxy.port());
  WebSocketClient client(engine_, settings);
  const Error error = refusal_on(client, {.url = "ws://service.invalid/x"});
  EXPECT_EQ(error.code(), Code::kFailedPrecondition);
  EXPECT_NE(std::string(error.what()).find("407"), std::string::npos) << error.what();
  EXPECT_EQ(std::string(error.what()).find("hunter2"), std::string::npos) << error.what();
}

TEST_F(WebSocketTest, RefusesOtherSchemesAndHeadersThatWouldSplitTheRequest) {
  EXPECT_EQ(refusal_of({.url = "http://127.0.0.1/"}).code(), Code::kInvalidArgument);
  EXPECT_EQ(refusal_of({.url = "ws://127.0.0.1/", .headers = {{"X", "a\r\nb"}}}).code(),
            Code::kInvalidArgument);
  EXPECT_EQ(refusal_of({.url = "ws://127.0.0.1/", .subprotocols = {"a\r\nb"}}).code(),
            Code::kInvalidArgument);
}

}  // namespace
}  // namespace sandport

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sandport/host.hpp>

#include <memory>
#include <string>
#include <utility>

#include "tests/unit/sdk/operation_fixture.hpp"

namespace sandport {
namespace {

using testing::ElementsAre;
using testing::Eq;
using testing::Optional;
using testkit::FakeHost;
using testkit::HttpAnswer;
using testkit::RecordingSink;

HttpRequest get(std::string url) {
  HttpRequest request;
  request.url = std::move(url);
  return request;
}

Task<HttpReply> fetch(Host host, HttpRequest request, std::size_t most = 1024) {
  co_return co_await host.http().fetch(std::move(request), most);
}

TEST(Log, ReachesTheHostAndMayBeMissing) {
  FakeHost host;
  Host{host.get()}.log().warn("careful");
  ASSERT_EQ(host.log().size(), 1u);
  EXPECT_EQ(host.log()[0].level, std::uint32_t{SP_LOG_WARN});
  EXPECT_EQ(host.log()[0].text, "careful");
  host.remove_service(SP_SERVICE_LOG);
  Host{host.get()}.log().warn("nobody hears this");
}

TEST(Secret, BringsTheValueOrSaysThatItIsNotSet) {
  FakeHost host;
  host.set_secret("KEY", "hush");
  EXPECT_EQ(Host{host.get()}.secret("KEY"), "hush");
  try {
    static_cast<void>(Host{host.get()}.secret("OTHER"));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), SP_NOT_FOUND);
  }
}

TEST(Service, ThatIsMissingIsAnErrorThatNamesIt) {
  FakeHost host;
  host.remove_service(SP_SERVICE_HTTP);
  try {
    static_cast<void>(Host{host.get()}.http());
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), SP_UNIMPLEMENTED);
    EXPECT_THAT(error.what(), testing::HasSubstr(SP_SERVICE_HTTP));
  }
}

TEST(Clock, IsTheHosts) {
  FakeHost host;
  const auto before = Host{host.get()}.monotonic_now();
  host.clock().advance(std::chrono::seconds{3});
  EXPECT_EQ(Host{host.get()}.monotonic_now() - before, std::chrono::seconds{3});
}

TEST(SleepFor, EndsWhenItsTimeHasCome) {
  FakeHost host;
  RecordingSink sink;
  tests::start(sink,
               [&](Emitter&) { return sleep_for(Host{host.get()}, std::chrono::seconds{2}); });
  host.clock().advance(std::chrono::seconds{1});
  EXPECT_FALSE(sink.done());
  host.clock().advance(std::chrono::seconds{1});
  EXPECT_EQ(sink.wait(), SP_OK);
}

TEST(OnPool, BringsValuesAndExceptions) {
  FakeHost host{1};
  auto value = [](Host on) -> Task<int> { co_return co_await on_pool(on, [] { return 5; }); };
  EXPECT_EQ(sync_wait(value(Host{host.get()})), 5);
  auto failure = [](Host on) -> Task<void> {
    co_await on_pool(on, [] { throw Error(SP_DATA_LOSS, "bad disk"); });
  };
  EXPECT_THROW(sync_wait(failure(Host{host.get()})), Error);
}

TEST(OnPool, SaysWhenTheHostRefuses) {
  FakeHost host;
  host.fill_pool();
  auto run = [](Host on) -> Task<void> { co_await on_pool(on, [] {}); };
  try {
    sync_wait(run(Host{host.get()}));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), SP_RESOURCE_EXHAUSTED);
  }
}

TEST(OnPool, GivesTheOperationsTokenToAFunctionThatTakesOne) {
  FakeHost host{2};
  RecordingSink sink;
  tests::start(sink, [&](Emitter& out) {
    return on_pool(Host{host.get()}, [&out](std::stop_token stop) {
      out.emit_blocking(SP_CHANNEL_PROGRESS, "running");
      while (!stop.stop_requested()) std::this_thread::yield();
      throw Cancelled{};
    });
  });
  sink.wait_events(1);
  sink.cancel();
  EXPECT_EQ(sink.wait(), SP_CANCELLED);
}

TEST(OnPool, NeedsNoStackForALoopOnAnInlinePool) {
  FakeHost host;
  auto run = [](Host on) -> Task<int> {
    int total = 0;
    for (int i = 0; i < 200'000; ++i) total += co_await on_pool(on, [] { return 1; });
    co_return total;
  };
  EXPECT_EQ(sync_wait(run(Host{host.get()})), 200'000);
}

TEST(Http, SendsWhatWasAskedAndBringsTheReply) {
  FakeHost host;
  host.http().reply(201, "made", {{"Content-Type", "text/plain"}});
  auto request = get("https://api.example.com/things");
  request.method = "POST";
  request.headers = {{"X-Key", "1"}};
  request.body = "thing";
  const auto reply = sync_wait(fetch(Host{host.get()}, std::move(request)));
  EXPECT_EQ(reply.status(), 201);
  EXPECT_TRUE(reply.ok());
  EXPECT_EQ(reply.body, "made");
  EXPECT_THAT(reply.header("content-TYPE"), Optional(Eq("text/plain")));
  EXPECT_EQ(reply.header("Missing"), std::nullopt);
  const auto sent = host.http().requests().at(0);
  EXPECT_EQ(sent.method, "POST");
  EXPECT_EQ(sent.body, "thing");
  EXPECT_EQ(sent.header("X-Key"), "1");
}

TEST(Http, StreamsABodyWhileItComes) {
  FakeHost host;
  RecordingSink sink;
  HttpAnswer answer;
  answer.stays_open = true;
  host.http().reply(std::move(answer));
  auto run = [](Host on, Emitter& out) -> Task<void> {
    auto response = co_await on.http().send(get("https://x"));
    while (auto piece = co_await response.read()) co_await out.emit(SP_CHANNEL_TEXT, *piece);
  };
  tests::start(sink, [&](Emitter& out) { return run(Host{host.get()}, out); });
  host.http().exchange()->event(SP_CHANNEL_HTTP_BODY, "one");
  EXPECT_EQ(sink.text(SP_CHANNEL_TEXT), "one");
  host.http().exchange()->event(SP_CHANNEL_HTTP_BODY, "two");
  host.http().exchange()->finish();
  EXPECT_EQ(sink.wait(), SP_OK);
  EXPECT_EQ(sink.text(SP_CHANNEL_TEXT), "onetwo");
}

TEST(Http, ThrowsWhenTheTransferBreaks) {
  FakeHost host;
  HttpAnswer answer;
  answer.body = {"half"};
  answer.broken = Error(SP_INTERRUPTED, "the connection broke");
  host.http().reply(std::move(answer));
  try {
    sync_wait(fetch(Host{host.get()}, get("https://x")));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), SP_INTERRUPTED);
  }
}

TEST(Http, RefusesABodyBeyondTheLimit) {
  FakeHost host;
  host.http().reply(200, "0123456789");
  try {
    sync_wait(fetch(Host{host.get()}, get("https://x"), 9));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), SP_RESOURCE_EXHAUSTED);
  }
}

TEST(Http, UploadsFromAReader) {
  FakeHost host;
  host.http().reply(200);
  auto request = get("https://x");
  int left = 3;
  request.upload = make_reader(Pull{[&left]() -> Task<std::optional<std::string>> {
    if (left-- == 0) co_return std::nullopt;
    co_return "piece ";
  }});
  sync_wait(fetch(Host{host.get()}, std::move(request)));
  EXPECT_EQ(host.http().requests().at(0).body, "piece piece piece ");
}

TEST(WebSocket, SendsAndReadsUntilClosed) {
  FakeHost host;
  host.websockets().on_connect = [](testkit::FakeSocket& socket) {
    socket.on_message = [](testkit::FakeSocket& at, std::uint32_t, std::string_view message) {
      at.text("echo " + std::string{message});
    };
  };
  auto run = [](Host on) -> Task<std::string> {
    WebSocketRequest request;
    request.url = "wss://x";
    auto socket = co_await on.websockets().connect(std::move(request));
    co_await socket.send_text("hi");
    auto message = co_await socket.read();
    socket.close(1000, "bye");
    auto end = co_await socket.read();
    co_return message->data + (end ? " more" : " closed ") + socket.closed();
  };
  EXPECT_EQ(sync_wait(run(Host{host.get()})), "echo hi closed 1000 bye");
}

TEST(WebSocket, ThrowsWhenTheHandshakeIsRefused) {
  FakeHost host;
  host.websockets().on_connect = [](testkit::FakeSocket&) {
    throw Error(SP_UNAUTHENTICATED, "refused", "HTTP_401");
  };
  auto run = [](Host on) -> Task<void> { co_await on.websockets().connect({}); };
  try {
    sync_wait(run(Host{host.get()}));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.reason(), "HTTP_401");
  }
}

}  // namespace
}  // namespace sandport

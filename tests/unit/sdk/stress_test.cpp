#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sandport/host.hpp>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/unit/sdk/operation_fixture.hpp"

namespace sandport {
namespace {

using testing::IsEmpty;
using testkit::FakeHost;
using testkit::RecordingSink;

constexpr int kOperations = 1000;

// A bit of everything: the pool, a nested stream, a timer, events.
Task<std::string> busy(Host host, Emitter& out, int number) {
  const int doubled = co_await on_pool(host, [number] { return number * 2; });
  co_await out.emit(SP_CHANNEL_PROGRESS, std::to_string(number));
  co_await when_all(sleep_for(host, std::chrono::nanoseconds{0}),
                    out.emit(SP_CHANNEL_PROGRESS, "a"), out.emit(SP_CHANNEL_PROGRESS, "b"));
  HttpRequest request;
  request.url = std::to_string(doubled);
  auto reply = co_await host.http().fetch(std::move(request));
  co_return reply.body;
}

TEST(Concurrency, AThousandOperationsOnManyThreadsEachEndOnce) {
  FakeHost host{4};
  host.http().handler = [](const testkit::RecordedRequest& request) {
    testkit::HttpAnswer answer;
    answer.body = {request.url};
    return answer;
  };
  std::vector<std::unique_ptr<RecordingSink>> sinks;
  for (int i = 0; i < kOperations; ++i) {
    sinks.push_back(std::make_unique<RecordingSink>());
    tests::start(*sinks.back(), [&](Emitter& out) { return busy(Host{host.get()}, out, i); });
  }
  for (int i = 0; i < kOperations; ++i) {
    auto& sink = *sinks[static_cast<std::size_t>(i)];
    EXPECT_EQ(sink.wait(), SP_OK) << sink.message();
    EXPECT_EQ(sink.result(), std::to_string(2 * i));
    EXPECT_EQ(sink.events().size(), 3u);
    EXPECT_THAT(sink.violations(), IsEmpty());
  }
}

TEST(Concurrency, CancelFromAnotherThreadAtAnyMomentEndsEachOnce) {
  FakeHost host{2};
  host.http().handler = [](const testkit::RecordedRequest&) { return testkit::HttpAnswer{}; };
  std::vector<std::unique_ptr<RecordingSink>> sinks;
  for (int i = 0; i < kOperations; ++i) {
    sinks.push_back(std::make_unique<RecordingSink>());
    auto& sink = *sinks.back();
    tests::start(sink, [&](Emitter& out) { return busy(Host{host.get()}, out, i); });
    if (i % 2 == 0) {
      sink.cancel();
    } else {
      host.executor().post([&sink] { sink.cancel(); });
    }
  }
  for (auto& sink : sinks) {
    const auto code = sink->wait();
    EXPECT_TRUE(code == SP_OK || code == SP_CANCELLED) << code << " " << sink->message();
    EXPECT_THAT(sink->violations(), IsEmpty());
  }
}

TEST(Concurrency, PauseAndResumeFromOtherThreadsLoseNothing) {
  FakeHost host{2};
  constexpr int kEvents = 2000;
  struct Flapping : sp_sink {
    sp_op* op = nullptr;
    FakeHost* host = nullptr;
    int seen = 0;
    std::atomic<bool> ended{false};
  } sink{};
  sink.struct_size = sizeof(sp_sink);
  sink.host = &host;
  sink.event = [](sp_sink* at, std::uint32_t, sp_bytes) {
    auto& self = *static_cast<Flapping*>(at);
    ++self.seen;
    self.host->executor().post([op = self.op] { op->resume(op); });
    return false;
  };
  sink.done = [](sp_sink* at, const sp_status*, sp_bytes) {
    auto& self = *static_cast<Flapping*>(at);
    self.ended = true;
    self.ended.notify_one();
  };
  detail::submit(&sink, &sink.op, nullptr, [&](Emitter& out) {
    return [](Host on, Emitter& to) -> Task<void> {
      co_await on_pool(on, [] {});
      for (int i = 0; i < kEvents; ++i) co_await to.emit(SP_CHANNEL_TEXT, "x");
    }(Host{host.get()}, out);
  });
  sink.ended.wait(false);
  EXPECT_EQ(sink.seen, kEvents);
  // A resume that is still under way must find its op; afterwards it may go.
  host.executor().post([&] {
    sink.ended = false;
    sink.ended.notify_one();
  });
  sink.ended.wait(true);
  sink.op->release(sink.op);
}

}  // namespace
}  // namespace sandport

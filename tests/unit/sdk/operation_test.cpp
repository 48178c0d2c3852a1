#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sandport/host.hpp>
#include <sandport/operation.hpp>

#include <atomic>
#include <chrono>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

#include "tests/unit/sdk/operation_fixture.hpp"

namespace sandport {
namespace {

using testing::IsEmpty;
using testing::SizeIs;
using testkit::FakeHost;
using testkit::RecordingSink;
using tests::start;

Task<std::string> three_words(Emitter& out) {
  for (const auto* word : {"one ", "two ", "three"}) co_await out.emit(SP_CHANNEL_TEXT, word);
  co_return "result";
}

TEST(Operation, SendsEventsThenDoneOnce) {
  RecordingSink sink;
  EXPECT_EQ(start(sink, three_words), SP_OK);
  EXPECT_EQ(sink.wait(), SP_OK);
  EXPECT_EQ(sink.text(SP_CHANNEL_TEXT), "one two three");
  EXPECT_EQ(sink.result(), "result");
  EXPECT_THAT(sink.violations(), IsEmpty());
}

TEST(Operation, StopsWhileTheReceiverHasEnough) {
  RecordingSink sink;
  sink.pause_after(1);
  start(sink, three_words);
  EXPECT_THAT(sink.events(), SizeIs(1));
  EXPECT_FALSE(sink.done());
  sink.resume();
  EXPECT_EQ(sink.wait(), SP_OK);
  EXPECT_EQ(sink.text(SP_CHANNEL_TEXT), "one two three");
  EXPECT_THAT(sink.violations(), IsEmpty());
}

TEST(Operation, GoesOnWhenResumedBeforeItHasStopped) {
  RecordingSink sink;
  sink.pause_after(1);
  sink.on_each = [&](std::uint32_t, sp_bytes) { sink.op()->resume(sink.op()); };
  start(sink, [](Emitter& out) -> Task<void> { co_await out.emit(SP_CHANNEL_TEXT, "one"); });
  EXPECT_EQ(sink.wait(), SP_OK);
}

TEST(Operation, TakesTurnsWhenCoroutinesEmitTogether) {
  RecordingSink sink;
  sink.pause_after(1);
  start(sink, [](Emitter& out) -> Task<void> {
    co_await when_all(out.emit(SP_CHANNEL_STDOUT, "a"), out.emit(SP_CHANNEL_STDERR, "b"),
                      out.emit(SP_CHANNEL_STDOUT, "c"));
  });
  EXPECT_THAT(sink.events(), SizeIs(1));
  sink.resume();
  EXPECT_EQ(sink.wait(), SP_OK);
  EXPECT_THAT(sink.events(), SizeIs(3));
  EXPECT_THAT(sink.violations(), IsEmpty());
}

TEST(Operation, CancelEndsAnEmitThatWaits) {
  RecordingSink sink;
  sink.pause_after(1);
  start(sink, three_words);
  sink.cancel();
  EXPECT_EQ(sink.wait(), SP_CANCELLED);
  EXPECT_THAT(sink.events(), SizeIs(1));
  EXPECT_THAT(sink.violations(), IsEmpty());
}

TEST(Operation, CancelEndsWhatTheTaskAwaits) {
  FakeHost host;
  RecordingSink sink;
  start(sink, [&](Emitter&) { return sleep_for(Host{host.get()}, std::chrono::hours{1}); });
  EXPECT_EQ(host.clock().pending(), 1u);
  sink.cancel();
  EXPECT_EQ(sink.wait(), SP_CANCELLED);
  EXPECT_EQ(host.clock().pending(), 0u);
}

TEST(Operation, CancelIsHarmlessTwiceAndAfterTheEnd) {
  FakeHost host;
  RecordingSink sink;
  start(sink, [&](Emitter&) { return sleep_for(Host{host.get()}, std::chrono::hours{1}); });
  sink.cancel();
  sink.cancel();
  EXPECT_EQ(sink.wait(), SP_CANCELLED);
  sink.cancel();
  sink.resume();
  EXPECT_THAT(sink.violations(), IsEmpty());
}

TEST(Operation, ATaskThatDoesNotLookAtCancelMaySucceed) {
  FakeHost host;
  RecordingSink sink;
  start(sink, [&](Emitter&) -> Task<std::string> {
    return [](Host on) -> Task<std::string> {
      try {
        co_await sleep_for(on, std::chrono::hours{1});
      } catch (const Cancelled&) {
      }
      co_return "made it";
    }(Host{host.get()});
  });
  sink.cancel();
  EXPECT_EQ(sink.wait(), SP_OK);
  EXPECT_EQ(sink.result(), "made it");
}

TEST(Operation, EndsTheTaskAndWhatItHoldsBeforeDone) {
  auto held = std::make_shared<int>(1);
  std::weak_ptr<int> watched = held;
  struct LateSink : sp_sink {
    std::weak_ptr<int>* watched;
    bool was_alive = true;
  } sink{};
  sink.watched = &watched;
  sink.event = [](sp_sink*, std::uint32_t, sp_bytes) { return true; };
  sink.done = [](sp_sink* at, const sp_status*, sp_bytes) {
    static_cast<LateSink*>(at)->was_alive = !static_cast<LateSink*>(at)->watched->expired();
  };
  sp_op* op = nullptr;
  detail::submit(&sink, &op, nullptr, [&](Emitter&) {
    return [](std::shared_ptr<int>) -> Task<void> { co_return; }(std::move(held));
  });
  EXPECT_FALSE(sink.was_alive);
  op->release(op);
}

TEST(Operation, IsDoneOnlyWhenAllItStartedHasEnded) {
  FakeHost host;
  RecordingSink sink;
  std::shared_ptr<testkit::FakeOperation> inner;
  auto run = [](testkit::Executor& executor,
                std::shared_ptr<testkit::FakeOperation>& made) -> Task<void> {
    auto abandoned = co_await open([&](sp_sink* at, sp_op** op, sp_error*) {
      made = testkit::FakeOperation::accept(executor, at, op);
      return SP_OK;
    });
  };
  // The executor holds back what the inner operation sends until we are done looking.
  bool looked = false;
  host.executor().post([&] {
    start(sink, [&](Emitter&) { return run(host.executor(), inner); });
    EXPECT_TRUE(inner->cancelled());
    EXPECT_FALSE(sink.done());
    looked = true;
  });
  EXPECT_TRUE(looked);
  EXPECT_EQ(sink.wait(), SP_OK);
}

TEST(Operation, TranslatesWhatTheTaskThrows) {
  const auto code_of = [](auto exception) {
    RecordingSink sink;
    start(sink, [&](Emitter&) {
      return [](decltype(exception) what) -> Task<void> {
        co_await check_cancelled();
        throw what;
      }(exception);
    });
    return sink.wait();
  };
  EXPECT_EQ(code_of(Error(SP_NOT_FOUND, "gone")), SP_NOT_FOUND);
  EXPECT_EQ(code_of(std::bad_alloc{}), SP_RESOURCE_EXHAUSTED);
  EXPECT_EQ(code_of(std::invalid_argument{"no"}), SP_INVALID_ARGUMENT);
  EXPECT_EQ(code_of(std::runtime_error{"odd"}), SP_INTERNAL);
  EXPECT_EQ(code_of(17), SP_INTERNAL);
}

TEST(Operation, CarriesReasonRetryAndDelayOfAnError) {
  RecordingSink sink;
  start(sink, [](Emitter&) -> Task<void> {
    co_await check_cancelled();
    throw Error(SP_UNAVAILABLE, "busy", "EBUSY", Retry::kYes, std::chrono::seconds{2});
  });
  EXPECT_EQ(sink.wait(), SP_UNAVAILABLE);
  EXPECT_EQ(sink.message(), "busy");
  EXPECT_EQ(sink.reason(), "EBUSY");
  EXPECT_TRUE(sink.retryable());
}

TEST(Operation, AFactoryThatThrowsIsRefusedOnTheSpot) {
  RecordingSink sink;
  const auto code = start(
      sink, [](Emitter&) -> Task<void> { throw Error(SP_UNIMPLEMENTED, "not in this sandbox"); });
  EXPECT_EQ(code, SP_UNIMPLEMENTED);
  EXPECT_EQ(sink.message(), "not in this sandbox");
  EXPECT_THAT(sink.violations(), IsEmpty());
}

TEST(Operation, EmitBlockingWaitsOnItsThread) {
  FakeHost host{2};
  RecordingSink sink;
  sink.pause_after(1);
  std::atomic<int> sent{0};
  start(sink, [&](Emitter& out) {
    return on_pool(Host{host.get()}, [&] {
      for (int i = 0; i < 3; ++i, ++sent) out.emit_blocking(SP_CHANNEL_TEXT, "x");
    });
  });
  sink.wait_events(1);
  EXPECT_EQ(sent, 0);
  sink.resume();
  EXPECT_EQ(sink.wait(), SP_OK);
  EXPECT_EQ(sent, 3);
}

}  // namespace
}  // namespace sandport

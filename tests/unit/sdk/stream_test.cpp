#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sandport/stream.hpp>

#include <memory>
#include <string>
#include <utility>

#include "tests/unit/sdk/operation_fixture.hpp"

namespace sandport {
namespace {

using testkit::Executor;
using testkit::FakeOperation;
using testkit::RecordingSink;

auto accept(Executor& executor, std::shared_ptr<FakeOperation>& made) {
  return [&](sp_sink* sink, sp_op** op, sp_error*) {
    made = FakeOperation::accept(executor, sink, op);
    return SP_OK;
  };
}

TEST(Stream, BringsEventsThenTheResult) {
  Executor executor;
  std::shared_ptr<FakeOperation> operation;
  RecordingSink sink;
  auto run = [](auto submit) -> Task<std::string> {
    auto stream = co_await open(submit);
    std::string text;
    while (auto event = co_await stream.next()) text += event->payload;
    co_return text + co_await stream.result();
  };
  tests::start(sink, [&](Emitter&) { return run(accept(executor, operation)); });
  operation->event(SP_CHANNEL_TEXT, "a");
  operation->event(SP_CHANNEL_TEXT, "b");
  EXPECT_FALSE(sink.done());
  operation->finish("!");
  EXPECT_EQ(sink.wait(), SP_OK);
  EXPECT_EQ(sink.result(), "ab!");
}

TEST(Stream, PausesASenderThatIsFasterAndResumesIt) {
  Executor executor;
  std::shared_ptr<FakeOperation> operation;
  RecordingSink sink;
  sink.pause_after(1);
  const std::string piece(64 * 1024, 'x');
  auto run = [](auto submit, Emitter& out) -> Task<std::string> {
    auto stream = co_await open(submit);
    while (auto event = co_await stream.next()) {
      co_await out.emit(event->channel, event->payload);
    }
    co_return co_await stream.result();
  };
  tests::start(sink, [&](Emitter& out) { return run(accept(executor, operation), out); });
  for (int i = 0; i < 20; ++i) operation->event(SP_CHANNEL_TEXT, piece);
  operation->finish("end");
  // One piece is with the receiver, and at most 256 KiB and one piece more is kept.
  EXPECT_TRUE(operation->paused());
  EXPECT_FALSE(operation->done());
  sink.resume();
  EXPECT_EQ(sink.wait(), SP_OK);
  EXPECT_EQ(sink.text(SP_CHANNEL_TEXT).size(), 20 * piece.size());
  EXPECT_EQ(sink.result(), "end");
}

TEST(Stream, ThrowsWhatTheOperationFailedWith) {
  Executor executor;
  std::shared_ptr<FakeOperation> operation;
  RecordingSink sink;
  tests::start(sink, [&](Emitter&) { return call(accept(executor, operation)); });
  operation->fail(Error(SP_UNAVAILABLE, "later", "BUSY", Retry::kYes));
  EXPECT_EQ(sink.wait(), SP_UNAVAILABLE);
  EXPECT_EQ(sink.message(), "later");
  EXPECT_EQ(sink.reason(), "BUSY");
  EXPECT_TRUE(sink.retryable());
}

TEST(Stream, ThrowsWhatTheCalleeRefusedWith) {
  RecordingSink sink;
  tests::start(sink, [](Emitter&) {
    return call([](sp_sink*, sp_op**, sp_error* error) -> sp_code {
      const auto status = detail::plain_status(SP_INVALID_ARGUMENT, "no such mode");
      error->set(error, &status);
      return SP_INVALID_ARGUMENT;
    });
  });
  EXPECT_EQ(sink.wait(), SP_INVALID_ARGUMENT);
  EXPECT_EQ(sink.message(), "no such mode");
}

TEST(Stream, ARefusalWithoutWordsStillNamesItsCode) {
  RecordingSink sink;
  tests::start(sink, [](Emitter&) {
    return call([](sp_sink*, sp_op**, sp_error*) -> sp_code { return SP_ABORTED; });
  });
  EXPECT_EQ(sink.wait(), SP_ABORTED);
  EXPECT_FALSE(sink.message().empty());
}

TEST(Stream, IsNotStartedByACancelledOperation) {
  RecordingSink sink;
  testkit::FakeHost host;
  int started = 0;
  auto run = [](Host on, int& count) -> Task<void> {
    try {
      co_await sleep_for(on, std::chrono::hours{1});
    } catch (const Cancelled&) {
    }
    co_await call([&](sp_sink*, sp_op**, sp_error*) -> sp_code {
      ++count;
      return SP_INTERNAL;
    });
  };
  tests::start(sink, [&](Emitter&) { return run(Host{host.get()}, started); });
  sink.cancel();
  EXPECT_EQ(sink.wait(), SP_CANCELLED);
  EXPECT_EQ(started, 0);
}

TEST(Stream, IsCancelledWhenItIsDropped) {
  Executor executor;
  std::shared_ptr<FakeOperation> operation;
  RecordingSink sink;
  auto run = [](auto submit) -> Task<std::string> {
    auto stream = co_await open(submit);
    auto first = co_await stream.next();
    co_return first->payload;
  };
  tests::start(sink, [&](Emitter&) { return run(accept(executor, operation)); });
  operation->event(SP_CHANNEL_TEXT, "first");
  EXPECT_EQ(sink.wait(), SP_OK);
  EXPECT_TRUE(operation->cancelled());
}

TEST(Stream, WaitsForDoneAfterCancel) {
  Executor executor;
  sp_sink* inner = nullptr;
  RecordingSink sink;
  static int cancels;
  cancels = 0;
  sp_op op{sizeof(sp_op), [](sp_op*) { ++cancels; }, [](sp_op*) {}, [](sp_op*) {}};
  tests::start(sink, [&](Emitter&) {
    return call([&](sp_sink* at, sp_op** out, sp_error*) -> sp_code {
      *out = &op;
      inner = at;
      return SP_OK;
    });
  });
  sink.cancel();
  EXPECT_EQ(cancels, 1);
  EXPECT_FALSE(sink.done());
  const auto status = detail::plain_status(SP_OK, {});
  inner->done(inner, &status, to_bytes("won"));
  EXPECT_EQ(sink.wait(), SP_OK);
  EXPECT_EQ(sink.result(), "won");
}

}  // namespace
}  // namespace sandport

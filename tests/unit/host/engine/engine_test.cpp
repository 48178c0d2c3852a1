#include "host/engine/engine.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/this_coro.hpp>
#include <future>

#include "core/error.hpp"
#include "host/engine/block_on.hpp"
#include "host/engine/cancelled.hpp"
#include "host/engine/run_on.hpp"
#include "host/engine/sleep.hpp"
#include "host/engine/strand_event.hpp"

namespace sandport {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

TEST(Engine, BlockOnReturnsWhatTheCoroutineReturns) {
  Engine engine;
  EXPECT_EQ(block_on(engine, []() -> asio::awaitable<int> { co_return 7; }()), 7);
}

TEST(Engine, StopCancelsWorkInFlightAndWaitsForItsEnd) {
  Engine engine;
  std::promise<void> waiting;
  std::atomic<bool> cleaned_up = false;
  engine.spawn([](std::promise<void>& started, std::atomic<bool>& ended) -> asio::awaitable<void> {
    started.set_value();
    try {
      co_await sleep_for(1h);
    } catch (const Error& error) {
      ended = error.code() == Code::kCancelled;
    }
  }(waiting, cleaned_up));
  waiting.get_future().wait();
  EXPECT_EQ(engine.stop(), StopResult::kClean);
  EXPECT_TRUE(cleaned_up);
}

TEST(Engine, StopGivesUpOnWorkThatIgnoresCancellation) {
  Engine engine({.threads = 2, .stop_grace = 10ms});
  std::promise<void> waiting;
  engine.spawn([](std::promise<void>& started) -> asio::awaitable<void> {
    co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
    started.set_value();
    co_await sleep_for(1h);
  }(waiting));
  waiting.get_future().wait();
  EXPECT_EQ(engine.stop(), StopResult::kAbandoned);
}

TEST(Engine, RefusesWorkAfterStop) {
  Engine engine;
  EXPECT_EQ(engine.stop(), StopResult::kClean);
  try {
    engine.spawn([]() -> asio::awaitable<void> { co_return; }());
    FAIL() << "spawned after stop";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::kUnavailable);
  }
}

TEST(Engine, ReportsTheExceptionOfSpawnedWork) {
  Engine engine;
  std::promise<std::exception_ptr> ended;
  engine.spawn(
      []() -> asio::awaitable<void> {
        throw Error(Code::kNotFound, "gone");
        co_return;
      }(),
      [&ended](std::exception_ptr failure) { ended.set_value(failure); });
  const auto failure = ended.get_future().get();
  EXPECT_THROW(std::rethrow_exception(failure), Error);
}

TEST(RunOn, CarriesResultsAndExceptionsAcrossStrands) {
  Engine engine;
  const Strand strand = engine.make_strand();
  const auto on_strand = [&strand]() -> asio::awaitable<std::string> {
    co_return strand.running_in_this_thread() ? "on the strand" : "elsewhere";
  };
  EXPECT_EQ(block_on(engine, run_on(strand, on_strand())), "on the strand");
  const auto fails = []() -> asio::awaitable<int> {
    throw Error(Code::kAborted, "no");
    co_return 0;
  };
  EXPECT_THROW(block_on(engine, run_on(strand, fails())), Error);
}

// Cancellation races with completion on purpose: the sanitizers watch.
TEST(RunOn, CancellationMayRaceWithCompletion) {
  Engine engine({.threads = 4});
  std::atomic<int> ended = 0;
  for (int i = 0; i < 200; ++i) {
    auto signal = std::make_shared<asio::cancellation_signal>();
    const Strand home = engine.make_strand();
    const Strand away = engine.make_strand();
    std::promise<void> done;
    asio::co_spawn(home, run_on(away, []() -> asio::awaitable<void> { co_await sleep_for(0ms); }()),
                   asio::bind_cancellation_slot(signal->slot(), [&](std::exception_ptr) {
                     ++ended;
                     done.set_value();
                   }));
    asio::post(home, [signal] { signal->emit(asio::cancellation_type::terminal); });
    done.get_future().wait();
  }
  EXPECT_EQ(ended, 200);
}

TEST(StrandEvent, WakesTheWaiter) {
  Engine engine;
  const Strand strand = engine.make_strand();
  StrandEvent event(strand);
  bool ready = false;
  asio::post(strand, [&] {
    ready = true;
    event.notify();
  });
  block_on(engine, run_on(strand, [](StrandEvent& on, bool& flag) -> asio::awaitable<void> {
             while (!flag) co_await on.wait();
           }(event, ready)));
  EXPECT_TRUE(ready);
}

}  // namespace
}  // namespace sandport

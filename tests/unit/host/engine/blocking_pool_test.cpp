#include "host/engine/blocking_pool.hpp"

#include <gtest/gtest.h>
#include <pthread.h>

#include <array>
#include <atomic>
#include <future>
#include <latch>
#include <vector>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/post.hpp>
#include "core/error.hpp"
#include "host/engine/block_on.hpp"

namespace sandport {
namespace {

namespace asio = boost::asio;

TEST(BlockingPool, ReturnsResultsAndExceptionsToTheCoroutine) {
  Engine engine;
  BlockingPool pool;
  EXPECT_EQ(block_on(engine, pool.run([] { return std::string("done"); })), "done");
  const auto fails = []() -> int { throw Error(Code::kNotFound, "no such file"); };
  EXPECT_THROW(block_on(engine, pool.run(fails)), Error);
}

TEST(BlockingPool, NamesItsThreads) {
  Engine engine;
  BlockingPool pool;
  const auto name = block_on(engine, pool.run([] {
    std::array<char, 16> text{};
    pthread_getname_np(pthread_self(), text.data(), text.size());
    return std::string(text.data());
  }));
  EXPECT_EQ(name, "sp:pool-0");
}

TEST(BlockingPool, StartsThreadsOnlyWhenAllOthersAreBusyAndNeverMoreThanAllowed) {
  BlockingPool pool({.max_threads = 3});
  EXPECT_EQ(pool.thread_count(), 0U);
  std::latch busy(3);
  std::promise<void> gate;
  const std::shared_future<void> open = gate.get_future().share();
  std::atomic<int> ran = 0;
  for (int i = 0; i < 3; ++i) {
    pool.submit([&, open] {
      busy.count_down();
      open.wait();
      ++ran;
    });
  }
  busy.wait();
  for (int i = 0; i < 5; ++i) pool.submit([&] { ++ran; });
  EXPECT_EQ(pool.thread_count(), 3U);
  gate.set_value();
  pool.stop();
  EXPECT_EQ(ran, 8);
}

TEST(BlockingPool, SaysThatItIsFull) {
  BlockingPool pool({.max_threads = 1, .queue_limit = 2});
  std::latch busy(1);
  std::promise<void> gate;
  pool.submit([&, open = gate.get_future().share()] {
    busy.count_down();
    open.wait();
  });
  busy.wait();
  pool.submit([] {});
  pool.submit([] {});
  try {
    pool.submit([] {});
    FAIL() << "the queue took more than its limit";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::kResourceExhausted);
    EXPECT_TRUE(error.retryable());
    EXPECT_NE(std::string(error.what()).find("2 calls wait for 1 threads"), std::string::npos);
  }
  gate.set_value();
}

TEST(BlockingPool, CancellingTakesACallOutOfTheQueue) {
  Engine engine;
  BlockingPool pool({.max_threads = 1});
  std::latch busy(1);
  std::promise<void> gate;
  pool.submit([&, open = gate.get_future().share()] {
    busy.count_down();
    open.wait();
  });
  busy.wait();
  std::atomic<bool> ran = false;
  std::promise<std::exception_ptr> ended;
  asio::cancellation_signal cancel;
  const Strand strand = engine.make_strand();
  asio::co_spawn(strand, pool.run([&] { ran = true; }),
                 asio::bind_cancellation_slot(
                     cancel.slot(), [&](std::exception_ptr failure) { ended.set_value(failure); }));
  std::promise<void> emitted;
  asio::post(strand, [&] {
    cancel.emit(asio::cancellation_type::terminal);
    emitted.set_value();
  });
  emitted.get_future().wait();
  gate.set_value();
  EXPECT_THROW(std::rethrow_exception(ended.get_future().get()), Error);
  EXPECT_FALSE(ran);
}

TEST(BlockingPool, StopFinishesWhatIsQueuedAndRefusesMore) {
  std::atomic<int> ran = 0;
  BlockingPool pool({.max_threads = 1});
  for (int i = 0; i < 20; ++i) pool.submit([&ran] { ++ran; });
  pool.stop();
  EXPECT_EQ(ran, 20);
  EXPECT_THROW(pool.submit([] {}), Error);
}

}  // namespace
}  // namespace sandport

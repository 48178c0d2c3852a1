// Interrupts of what runs in the foreground: none is lost, whenever it comes.
#include "host/command/foreground.hpp"

#include <gtest/gtest.h>

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/this_coro.hpp>
#include <csignal>
#include <thread>

#include "core/error.hpp"
#include "host/engine/sleep.hpp"

namespace sandport {
namespace {

using boost::asio::awaitable;

class Foreground : public ::testing::Test {
 protected:
  awaitable<int> wait_long() {
    co_await sleep_for(std::chrono::hours(1));
    co_return 1;
  }
  awaitable<void> interrupt_and_wait() {
    raise(SIGINT);
    co_await sleep_for(std::chrono::hours(1));
  }
  // Is done before the interrupt can stop it.
  awaitable<int> be_faster() {
    co_await boost::asio::this_coro::reset_cancellation_state(boost::asio::disable_cancellation());
    raise(SIGINT);
    while (interrupts_.last_signal() == 0) std::this_thread::yield();
    co_return 7;
  }
  template <typename T>
  Code code_of(awaitable<T> work) {
    try {
      static_cast<void>(run_in_foreground(strand_, interrupts_, std::move(work)));
    } catch (const Error& error) {
      return error.code();
    }
    return Code::kOk;
  }

  Engine engine_{Engine::Options{.threads = 2}};
  Interrupts interrupts_{engine_};
  Strand strand_ = engine_.make_strand();
};

TEST_F(Foreground, BringsTheResult) {
  const auto seven = []() -> awaitable<int> { co_return 7; };
  EXPECT_EQ(run_in_foreground(strand_, interrupts_, seven()), 7);
}

TEST_F(Foreground, AnInterruptCancelsTheWork) {
  try {
    run_in_foreground(strand_, interrupts_, interrupt_and_wait());
    FAIL() << "it went on";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::kCancelled);
  }
}

TEST_F(Foreground, AnInterruptThatComesTooLateIsForWhatComesNext) {
  EXPECT_EQ(run_in_foreground(strand_, interrupts_, be_faster(), LateInterrupt::kKeep), 7);
  EXPECT_EQ(code_of(wait_long()), Code::kCancelled);
}

TEST_F(Foreground, AnInterruptBetweenTwoThingsIsForTheSecond) {
  const auto seven = []() -> awaitable<int> { co_return 7; };
  EXPECT_EQ(run_in_foreground(strand_, interrupts_, seven()), 7);
  raise(SIGINT);
  EXPECT_EQ(code_of(wait_long()), Code::kCancelled);
}

TEST_F(Foreground, AtTheEndALateInterruptChangesNothing) {
  EXPECT_EQ(run_in_foreground(strand_, interrupts_, be_faster()), 7);
  const auto seven = []() -> awaitable<int> { co_return 7; };
  EXPECT_EQ(run_in_foreground(strand_, interrupts_, seven()), 7);
}

}  // namespace
}  // namespace sandport

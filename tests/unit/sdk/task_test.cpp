#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sandport/task.hpp>
#include <sandport/when_all.hpp>

#include <memory>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "tests/unit/sdk/operation_fixture.hpp"

namespace sandport {
namespace {

using testing::ElementsAre;

Task<int> answer() { co_return 42; }
Task<int> fails() {
  co_await check_cancelled();
  throw Error(SP_NOT_FOUND, "nothing here");
}

struct Counted {
  static inline int alive = 0;
  Counted() { ++alive; }
  Counted(const Counted&) { ++alive; }
  Counted(Counted&&) noexcept { ++alive; }
  Counted& operator=(const Counted&) = default;
  Counted& operator=(Counted&&) noexcept = default;
  ~Counted() { --alive; }
};

TEST(Task, BringsItsValue) { EXPECT_EQ(sync_wait(answer()), 42); }

TEST(Task, BringsValuesThatOnlyMove) {
  auto make = []() -> Task<std::unique_ptr<int>> { co_return std::make_unique<int>(7); };
  EXPECT_EQ(*sync_wait(make()), 7);
}

TEST(Task, DoesNotStartBeforeItIsAwaited) {
  bool ran = false;
  auto make = [](bool& flag) -> Task<void> {
    flag = true;
    co_return;
  };
  {
    auto task = make(ran);
    EXPECT_FALSE(ran);
  }
  EXPECT_FALSE(ran);
  sync_wait(make(ran));
  EXPECT_TRUE(ran);
}

TEST(Task, PassesExceptionsOn) {
  auto outer = []() -> Task<std::string> {
    try {
      co_await fails();
    } catch (const Error& error) {
      co_return error.what();
    }
    co_return "no error";
  };
  EXPECT_EQ(sync_wait(outer()), "nothing here");
  EXPECT_THROW(sync_wait(fails()), Error);
}

TEST(Task, FreesWhatItHoldsWhetherItRanOrNot) {
  auto hold = [](Counted) -> Task<void> { co_return; };
  {
    auto unused = hold(Counted{});
    EXPECT_GT(Counted::alive, 0);
  }
  EXPECT_EQ(Counted::alive, 0);
  sync_wait(hold(Counted{}));
  EXPECT_EQ(Counted::alive, 0);
}

TEST(Task, NeedsNoStackForALoopOverTasksThatEndAtOnce) {
  auto sum = []() -> Task<long> {
    long total = 0;
    for (int i = 0; i < 1'000'000; ++i) total += co_await answer();
    co_return total;
  };
  EXPECT_EQ(sync_wait(sum()), 42'000'000);
}

TEST(WhenAll, BringsAllValuesInOrder) {
  auto run = []() -> Task<std::tuple<int, std::monostate, std::string>> {
    auto text = []() -> Task<std::string> { co_return "text"; };
    co_return co_await when_all(answer(), check_cancelled(), text());
  };
  EXPECT_EQ(std::get<2>(sync_wait(run())), "text");
  auto many = []() -> Task<std::vector<int>> {
    std::vector<Task<int>> tasks;
    tasks.push_back(answer());
    tasks.push_back(answer());
    co_return co_await when_all(std::move(tasks));
  };
  EXPECT_THAT(sync_wait(many()), ElementsAre(42, 42));
  auto none = []() -> Task<void> { co_await when_all(std::vector<Task<void>>{}); };
  sync_wait(none());
}

TEST(WhenAll, CancelsTheOthersAndThrowsTheFirstFailure) {
  testkit::FakeHost host;
  auto run = [](Host on) -> Task<void> {
    co_await when_all(sleep_for(on, std::chrono::hours{1}), fails());
  };
  try {
    sync_wait(run(Host{host.get()}));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), SP_NOT_FOUND);
  }
  EXPECT_EQ(host.clock().pending(), 0u);
}

TEST(Shield, RunsToItsEndAlthoughTheOperationIsCancelled) {
  testkit::FakeHost host;
  testkit::RecordingSink sink;
  std::string trace;
  auto clean_up = [](Host on, std::string& out) -> Task<void> {
    co_await sleep_for(on, std::chrono::seconds{5});
    out += "cleaned ";
  };
  auto run = [clean_up](Host on, std::string& out) -> Task<void> {
    bool cancelled = false;
    try {
      co_await sleep_for(on, std::chrono::hours{1});
    } catch (const Cancelled&) {
      cancelled = true;
    }
    if (cancelled) {
      co_await shield(clean_up(on, out));
      throw Cancelled{};
    }
  };
  tests::start(sink, [&](Emitter&) { return run(Host{host.get()}, trace); });
  sink.cancel();
  EXPECT_FALSE(sink.done());
  host.clock().advance(std::chrono::seconds{5});
  EXPECT_EQ(sink.wait(), SP_CANCELLED);
  EXPECT_EQ(trace, "cleaned ");
}

TEST(WithTimeout, CancelsWorkThatTakesTooLong) {
  testkit::FakeHost host;
  testkit::RecordingSink sink;
  tests::start(sink, [&](Emitter&) {
    return with_timeout(Host{host.get()}, std::chrono::seconds{3},
                        sleep_for(Host{host.get()}, std::chrono::hours{1}));
  });
  host.clock().advance(std::chrono::seconds{2});
  EXPECT_FALSE(sink.done());
  host.clock().advance(std::chrono::seconds{1});
  EXPECT_EQ(sink.wait(), SP_DEADLINE_EXCEEDED);
  EXPECT_TRUE(sink.retryable());
  EXPECT_EQ(host.clock().pending(), 0u);
}

TEST(WithTimeout, StopsItsTimerWhenTheWorkIsFaster) {
  testkit::FakeHost host;
  auto run = [](Host on) -> Task<int> {
    co_return co_await with_timeout(on, std::chrono::seconds{3}, answer());
  };
  EXPECT_EQ(sync_wait(run(Host{host.get()})), 42);
  EXPECT_EQ(host.clock().pending(), 0u);
}

}  // namespace
}  // namespace sandport

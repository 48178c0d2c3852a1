#include "host/plugin/adapt/operation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>
#include <future>
#include <thread>
#include <vector>

#include "fake_operation.hpp"

namespace sandport::adapt {
namespace {

namespace asio = boost::asio;
using ::testing::ElementsAre;
using testing::FakeOperation;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class OperationTest : public ::testing::Test {
 protected:
  OperationTest() {
    limits_.queue_bytes = 10000;
    limits_.cancel_grace = std::chrono::milliseconds{20};
    monitor_ = std::make_shared<PluginMonitor>("com.example.fake", limits_,
                                               [this](const Misbehaviour& fault) {
                                                 const std::lock_guard lock{mutex_};
                                                 rules_.push_back(fault.rule);
                                               });
    object_ = std::make_shared<PluginObject>(monitor_);
  }

  OperationHandle start(FakeOperation& fake, OperationOptions options = {}) {
    options.name = "work";
    return OperationHandle::start(
        object_, context_.get_executor(), std::move(options),
        [&fake](sp_sink* sink, sp_op** op, sp_error*) { return fake.submit(sink, op); });
  }

  // Starts a coroutine that `cancel_` cancels.
  template <typename T>
  std::future<T> spawn(Task<T> task) {
    return asio::co_spawn(context_, std::move(task),
                          asio::bind_cancellation_slot(cancel_.slot(), asio::use_future));
  }
  void poll() {
    context_.restart();
    context_.poll();
  }
  void run() {
    context_.restart();
    context_.run();
  }
  void cancel() { cancel_.emit(asio::cancellation_type::terminal); }

  template <typename T>
  static Code code_of(std::future<T>& future) {
    try {
      (void)future.get();
    } catch (const Error& error) {
      return error.code();
    }
    return Code::kOk;
  }

  std::vector<std::string> rules() {
    const std::lock_guard lock{mutex_};
    return rules_;
  }

  OperationLimits limits_;
  asio::io_context context_;
  asio::cancellation_signal cancel_;
  std::mutex mutex_;
  std::vector<std::string> rules_;
  std::shared_ptr<PluginMonitor> monitor_;
  std::shared_ptr<PluginObject> object_;
};

TEST_F(OperationTest, BringsEventsInOrderThenTheResult) {
  FakeOperation fake;
  const auto operation = start(fake);
  auto result = spawn([](Operation& work) -> Task<std::string> {
    std::string all;
    while (auto event = co_await work.next(OnCancel::kCancel)) all += event->bytes() + ";";
    auto end = co_await work.finish(OnCancel::kCancel);
    co_return all + std::get<std::string>(end);
  }(*operation.shared()));
  poll();
  EXPECT_TRUE(fake.event(SP_CHANNEL_TEXT, "a"));
  poll();
  EXPECT_TRUE(fake.event(SP_CHANNEL_TEXT, "b"));
  fake.done(SP_OK, "end");
  EXPECT_EQ(fake.releases, 0) << "released inside the plugin's own call";
  run();
  EXPECT_EQ(result.get(), "a;b;end");
  EXPECT_EQ(fake.releases, 1);
  EXPECT_EQ(monitor_->in_flight(), 0U);
  EXPECT_THAT(rules(), IsEmpty());
}

TEST_F(OperationTest, AcceptsDoneInsideSubmit) {
  FakeOperation fake;
  const auto operation = OperationHandle::start(
      object_, context_.get_executor(), {}, [&](sp_sink* sink, sp_op** op, sp_error*) {
        const auto code = fake.submit(sink, op);
        fake.done(SP_OK, "at once");
        EXPECT_EQ(fake.releases, 0) << "released before submit returned";
        return code;
      });
  EXPECT_EQ(fake.releases, 1);
  auto result = spawn(operation->finish(OnCancel::kCancel));
  run();
  EXPECT_EQ(std::get<std::string>(result.get()), "at once");
}

TEST_F(OperationTest, ThrowsWhatThePluginReported) {
  FakeOperation fake;
  const auto operation = start(fake);
  sp_status status{};
  status.struct_size = sizeof status;
  status.code = SP_RESOURCE_EXHAUSTED;
  status.message = SP_STR("slow down");
  status.reason = SP_STR("rate_limited");
  status.flags = SP_STATUS_RETRYABLE;
  status.retry_after_ms = 1500;
  fake.sink()->done(fake.sink(), &status, {nullptr, 0});
  auto result = spawn(operation->finish(OnCancel::kCancel));
  run();
  try {
    (void)result.get();
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::kResourceExhausted);
    EXPECT_STREQ(error.what(), "slow down");
    EXPECT_EQ(error.reason(), "rate_limited");
    EXPECT_TRUE(error.retryable());
    EXPECT_EQ(error.retry_after(), std::chrono::milliseconds{1500});
  }
}

TEST_F(OperationTest, ThrowsARefusalOnTheSpot) {
  try {
    (void)OperationHandle::start(object_, context_.get_executor(), {},
                                 [](sp_sink*, sp_op**, sp_error* error) -> sp_code {
                                   sp_status status{};
                                   status.struct_size = sizeof status;
                                   status.code = SP_NOT_FOUND;
                                   status.message = SP_STR("no such thing");
                                   error->set(error, &status);
                                   return SP_NOT_FOUND;
                                 });
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::kNotFound);
    EXPECT_STREQ(error.what(), "no such thing");
  }
  EXPECT_EQ(monitor_->in_flight(), 0U);
}

TEST_F(OperationTest, CancellingTheWaitCancelsAndStillAwaitsDone) {
  FakeOperation fake;
  const auto operation = start(fake);
  auto result = spawn(operation->finish(OnCancel::kCancel));
  poll();
  cancel();
  poll();
  EXPECT_EQ(fake.cancels, 1);
  EXPECT_EQ(result.wait_for(std::chrono::seconds{0}), std::future_status::timeout);
  fake.done(SP_CANCELLED);
  run();
  EXPECT_EQ(code_of(result), Code::kCancelled);
  EXPECT_EQ(fake.releases, 1);
  EXPECT_THAT(rules(), IsEmpty());
}

TEST_F(OperationTest, AWaitThatLeavesDoesNotCancelTheOperation) {
  FakeOperation fake;
  const auto operation = start(fake);
  auto waiting = spawn(operation->next(OnCancel::kLeave));
  poll();
  cancel();
  poll();
  EXPECT_EQ(code_of(waiting), Code::kCancelled);
  EXPECT_EQ(fake.cancels, 0);
  fake.event(SP_CHANNEL_TEXT, "kept");
  fake.done();
  auto later = spawn(operation->next(OnCancel::kLeave));
  run();
  EXPECT_EQ(later.get()->bytes(), "kept");
}

TEST_F(OperationTest, DoneInsideCancelIsFine) {
  FakeOperation fake;
  fake.on_cancel = [&] {
    fake.done(SP_CANCELLED);
    EXPECT_EQ(fake.releases, 0) << "released inside the plugin's cancel";
  };
  const auto operation = start(fake);
  auto result = spawn(operation->finish(OnCancel::kCancel));
  poll();
  cancel();
  run();
  EXPECT_EQ(code_of(result), Code::kCancelled);
  EXPECT_EQ(fake.releases, 1);
}

TEST_F(OperationTest, DroppingTheHandleCancelsInTheBackground) {
  FakeOperation fake;
  const std::weak_ptr<PluginObject> watched = object_;
  {
    const auto operation = start(fake);
    object_.reset();
  }
  EXPECT_EQ(fake.cancels, 1);
  EXPECT_FALSE(watched.expired()) << "closed under a running operation";
  EXPECT_TRUE(fake.event(SP_CHANNEL_TEXT, std::string(100000, 'x'))) << "nobody reads, none waits";
  fake.done(SP_CANCELLED);
  run();
  EXPECT_EQ(fake.releases, 1);
  EXPECT_TRUE(watched.expired());
  EXPECT_THAT(rules(), IsEmpty());
}

TEST_F(OperationTest, ReportsAPluginThatNeverEndsAndLeavesItsOperationAlone) {
  FakeOperation fake;
  const auto operation = start(fake);
  auto result = spawn(operation->finish(OnCancel::kCancel));
  poll();
  cancel();
  run();  // ends with the grace
  EXPECT_EQ(code_of(result), Code::kDeadlineExceeded);
  EXPECT_THAT(rules(), ElementsAre("never-done"));
  EXPECT_EQ(fake.releases, 0);
  EXPECT_EQ(monitor_->in_flight(), 0U) << "shutdown would wait for it";
  // And when it ends after all, everything is cleaned up.
  fake.done(SP_CANCELLED);
  run();
  EXPECT_EQ(fake.releases, 1);
  EXPECT_EQ(monitor_->in_flight(), 0U);
}

TEST_F(OperationTest, ReportsDoneTwice) {
  FakeOperation fake;
  {
    const auto operation = start(fake);
    fake.done(SP_OK, "first");
    fake.done(SP_INTERNAL, "second");
    auto result = spawn(operation->finish(OnCancel::kCancel));
    run();
    EXPECT_EQ(std::get<std::string>(result.get()), "first");
  }
  EXPECT_THAT(rules(), ElementsAre("done-twice"));
  fake.done();
  EXPECT_THAT(rules(), ElementsAre("done-twice", "done-twice")) << "after everything was released";
  EXPECT_EQ(fake.releases, 1);
}

TEST_F(OperationTest, ReportsEventsAndObjectsAfterDone) {
  FakeOperation fake;
  {
    const auto operation = start(fake);
    fake.done();
    run();
  }
  EXPECT_FALSE(fake.event(SP_CHANNEL_TEXT, "late"));
  int object = 0;
  fake.object(&object);
  EXPECT_THAT(rules(), ElementsAre("call-after-done", "call-after-done"));
}

TEST_F(OperationTest, AsksToPauseWhenTheQueueIsFullAndToResumeWhenItIsDrained) {
  FakeOperation fake;
  const auto operation = start(fake);
  int taken = 0;
  while (fake.event(SP_CHANNEL_TEXT, std::string(1000, 'x'))) ++taken;
  EXPECT_GT(taken, 5);
  EXPECT_LT(taken, 10);
  auto reader = spawn([](Operation& work, int count) -> Task<void> {
    for (int at = 0; at < count; ++at) (void)co_await work.next(OnCancel::kCancel);
  }(*operation.shared(), taken));
  run();
  EXPECT_EQ(fake.resumes, 1);
  EXPECT_TRUE(fake.event(SP_CHANNEL_TEXT, "more"));
  fake.done();
  run();
}

TEST_F(OperationTest, FailsThePluginThatIgnoresPause) {
  FakeOperation fake;
  fake.on_cancel = [&] { fake.done(SP_CANCELLED); };
  const auto operation = start(fake);
  for (int at = 0; at < 1000; ++at) fake.event(SP_CHANNEL_TEXT, std::string(1000, 'x'));
  auto result = spawn(operation->next(OnCancel::kCancel));
  run();
  EXPECT_EQ(code_of(result), Code::kResourceExhausted);
  EXPECT_THAT(rules(), ElementsAre("ignores-pause"));
  EXPECT_EQ(fake.cancels, 1);
  EXPECT_EQ(fake.releases, 1);
}

TEST_F(OperationTest, LiftsTheBoundWhileAsked) {
  FakeOperation fake;
  const auto operation = start(fake);
  while (fake.event(SP_CHANNEL_TEXT, std::string(1000, 'x'))) continue;
  operation->lift_bound();
  EXPECT_EQ(fake.resumes, 1);
  for (int at = 0; at < 1000; ++at)
    ASSERT_TRUE(fake.event(SP_CHANNEL_TEXT, std::string(1000, 'x')));
  operation->restore_bound();
  EXPECT_FALSE(fake.event(SP_CHANNEL_TEXT, "x"));
  EXPECT_THAT(rules(), IsEmpty());
  fake.done();
  run();
}

TEST_F(OperationTest, HandsAnObjectThatNobodyTookToItsKeeper) {
  FakeOperation fake;
  void* kept = nullptr;
  int object = 0;
  {
    OperationOptions options;
    options.orphan = [&](void* arrived) { kept = arrived; };
    const auto operation = start(fake, std::move(options));
    fake.object(&object);
    auto result = spawn(operation->finish(OnCancel::kCancel));
    poll();
    cancel();
    fake.done(SP_OK);
    run();
    EXPECT_EQ(kept, nullptr);
  }
  EXPECT_EQ(kept, &object);
}

TEST_F(OperationTest, KeepsAnObjectThatComesAfterTheHostLostInterest) {
  FakeOperation fake;
  void* kept = nullptr;
  int object = 0;
  {
    OperationOptions options;
    options.orphan = [&](void* arrived) { kept = arrived; };
    const auto operation = start(fake, std::move(options));
  }
  fake.object(&object);
  fake.done(SP_CANCELLED);
  run();
  EXPECT_EQ(kept, &object);
}

TEST_F(OperationTest, ReportsASecondObjectAndAMissingOperation) {
  FakeOperation fake;
  int object = 0;
  {
    const auto operation = OperationHandle::start(object_, context_.get_executor(), {},
                                                  [&](sp_sink* sink, sp_op**, sp_error*) {
                                                    sp_op* ignored = nullptr;
                                                    return fake.submit(sink, &ignored);
                                                  });
    fake.object(&object);
    fake.object(&object);
    EXPECT_EQ(operation->take_object(), &object);
    fake.done();
    run();
  }
  EXPECT_THAT(rules(), ElementsAre("no-operation", "second-object"));
}

TEST_F(OperationTest, DrainedWaitsForWhatRuns) {
  FakeOperation fake;
  auto operation = start(fake);
  auto drained = spawn(monitor_->drained());
  poll();
  EXPECT_EQ(drained.wait_for(std::chrono::seconds{0}), std::future_status::timeout);
  operation.reset();
  fake.done(SP_CANCELLED);
  run();
  EXPECT_EQ(drained.wait_for(std::chrono::seconds{0}), std::future_status::ready);
}

TEST_F(OperationTest, AnExceptionOutOfSubmitIsReported) {
  EXPECT_THROW((void)OperationHandle::start(
                   object_, context_.get_executor(), {},
                   [](sp_sink*, sp_op**, sp_error*) -> sp_code { throw std::runtime_error("x"); }),
               Error);
  EXPECT_THAT(rules(), ElementsAre("throws"));
}

// Many operations at once: plugin threads send and end, readers read and cancel.
TEST(OperationThreads, SurviveEventsCancelsAndEndsFromAllSides) {
  asio::thread_pool engine{2};
  asio::thread_pool plugin{2};
  std::atomic<int> faults = 0;
  OperationLimits limits;
  limits.queue_bytes = 4000;
  const auto monitor = std::make_shared<PluginMonitor>("com.example.fake", limits,
                                                       [&](const Misbehaviour&) { ++faults; });
  constexpr int kOperations = 300;
  std::vector<std::unique_ptr<FakeOperation>> fakes;
  std::vector<std::future<int>> results;
  for (int at = 0; at < kOperations; ++at) {
    fakes.push_back(std::make_unique<FakeOperation>());
    auto& fake = *fakes.back();
    auto work = [](std::shared_ptr<PluginMonitor> watcher, FakeOperation& source,
                   asio::thread_pool& pool, bool give_up) -> Task<int> {
      const auto object = std::make_shared<PluginObject>(watcher);
      std::atomic<bool>* stop = nullptr;
      auto cancelled = std::make_shared<std::atomic<bool>>(false);
      stop = cancelled.get();
      source.on_cancel = [stop] { *stop = true; };
      const auto operation =
          co_await adapt::start(object, {}, [&](sp_sink* sink, sp_op** op, sp_error*) {
            const auto code = source.submit(sink, op);
            asio::post(pool, [&source, cancelled] {
              for (int event = 0; event < 50 && !*cancelled; ++event) {
                if (!source.event(SP_CHANNEL_TEXT, "payload")) break;
              }
              source.done(*cancelled ? SP_CANCELLED : SP_OK);
            });
            return code;
          });
      int count = 0;
      while (co_await operation->next(OnCancel::kCancel)) {
        if (++count == 5 && give_up) co_return count;
      }
      co_return count;
    };
    results.push_back(asio::co_spawn(asio::make_strand(engine),
                                     work(monitor, fake, plugin, at % 2 == 0), asio::use_future));
  }
  for (auto& result : results) EXPECT_GT(result.get(), 0);
  plugin.join();
  asio::co_spawn(engine, monitor->drained(), asio::use_future).get();
  engine.join();
  EXPECT_EQ(faults, 0);
  for (const auto& fake : fakes) EXPECT_EQ(fake->releases, 1);
}

}  // namespace
}  // namespace sandport::adapt

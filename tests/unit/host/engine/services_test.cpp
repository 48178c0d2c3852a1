// The small services: log, clock, timer, blocking pool, secret, state directory.
#include <sys/stat.h>

#include <future>
#include <thread>

#include "tests/unit/host/engine/service_fixture.hpp"

namespace sandport {
namespace {

using testing::bytes;
using testing::ServiceSink;
using testing::text;
using ServicesTest = testing::ServiceTest;

void receive(void* into, sp_str value) {
  *static_cast<std::string*>(into) = std::string(value.data, value.size);
}

TEST_F(ServicesTest, UnknownServicesAreNull) {
  EXPECT_EQ(service<void>("sp.host.nonsense/1"), nullptr);
  EXPECT_EQ(service<void>("sp.host.http/2"), nullptr);
}

TEST_F(ServicesTest, LogLinesCarryThePluginAndNoSecrets) {
  const auto* log = service<sp_log>(SP_SERVICE_LOG);
  ASSERT_NE(log, nullptr);
  EXPECT_FALSE(log->enabled(log, SP_LOG_DEBUG));
  EXPECT_TRUE(log->enabled(log, SP_LOG_WARN));
  log->write(log, SP_LOG_DEBUG, text("not shown"));
  log->write(log, SP_LOG_WARN, text("key is hunter2"));
  EXPECT_EQ(log_, "3 com.example.plugin: key is ***\n");
}

TEST_F(ServicesTest, OnlyGrantedSecretsResolve) {
  const auto* secret = service<sp_secret>(SP_SERVICE_SECRET);
  std::string value;
  EXPECT_EQ(secret->get(secret, text("GRANTED"), &receive, &value, &error_), SP_OK);
  EXPECT_EQ(value, "value of GRANTED");
  EXPECT_EQ(secret->get(secret, text("OTHER"), &receive, &value, &error_), SP_PERMISSION_DENIED);
  EXPECT_NE(error_.message.find("OTHER"), std::string::npos);
}

TEST_F(ServicesTest, TheStateDirectoryIsThePluginsOwnAndPrivate) {
  const auto* state = service<sp_state_dir>(SP_SERVICE_STATE_DIR);
  std::string path;
  ASSERT_EQ(state->path(state, &receive, &path, &error_), SP_OK) << error_.message;
  EXPECT_EQ(path, (directory_.path() / "state" / "com.example.plugin").string());
  struct stat status {};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700U);
}

TEST_F(ServicesTest, BlockingWorkRunsOnAPoolThread) {
  const auto* blocking = service<sp_blocking>(SP_SERVICE_BLOCKING);
  std::promise<std::thread::id> ran;
  const auto work = [](void* argument) {
    static_cast<std::promise<std::thread::id>*>(argument)->set_value(std::this_thread::get_id());
  };
  ASSERT_EQ(blocking->run(blocking, work, &ran, &error_), SP_OK);
  EXPECT_NE(ran.get_future().get(), std::this_thread::get_id());
}

TEST_F(ServicesTest, ATimerEndsAfterItsDelay) {
  const auto* timer = service<sp_timer>(SP_SERVICE_TIMER);
  const auto* clock = service<sp_clock>(SP_SERVICE_CLOCK);
  ServiceSink sink;
  const auto before = clock->monotonic_ns(clock);
  ASSERT_EQ(timer->start(timer, 20'000'000, &sink, &sink.op, &error_), SP_OK);
  EXPECT_EQ(sink.wait().code, SP_OK);
  EXPECT_GE(clock->monotonic_ns(clock) - before, 20'000'000U);
}

TEST_F(ServicesTest, ATimerCanBeCancelled) {
  const auto* timer = service<sp_timer>(SP_SERVICE_TIMER);
  ServiceSink sink;
  ASSERT_EQ(timer->start(timer, UINT64_MAX, &sink, &sink.op, &error_), SP_OK);
  sink.op->cancel(sink.op);
  sink.op->cancel(sink.op);
  EXPECT_EQ(sink.wait().code, SP_CANCELLED);
  sink.op->cancel(sink.op);
}

TEST_F(ServicesTest, StoppingTheEngineEndsTimers) {
  const auto* timer = service<sp_timer>(SP_SERVICE_TIMER);
  ServiceSink sink;
  ASSERT_EQ(timer->start(timer, UINT64_MAX, &sink, &sink.op, &error_), SP_OK);
  EXPECT_EQ(engine_.stop(), StopResult::kClean);
  EXPECT_EQ(sink.wait().code, SP_CANCELLED);
  ServiceSink late;
  EXPECT_EQ(timer->start(timer, 1, &late, &late.op, &error_), SP_UNAVAILABLE);
}

}  // namespace
}  // namespace sandport

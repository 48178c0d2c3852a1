// Sources of bytes across the ABI, in both directions, that have nothing ready at times.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <deque>
#include <thread>

#include "core/error.hpp"
#include "host/plugin/adapt/reader_export.hpp"
#include "host/plugin/adapt/reader_import.hpp"
#include "testing.hpp"

namespace sandport::adapt {
namespace {

using sandport::testing::run_to_end;

enum class Ready { kInsideWait, kFromAnotherThread };

// A plugin's source: a step is what one read answers.
struct Source : sp_reader {
  struct Step {
    std::int64_t answer;  // SP_READ_*, or more than any buffer; 0 with bytes: their size
    std::string bytes = {};
  };

  Source(std::deque<Step> script, Ready how)
      : sp_reader{sizeof(sp_reader), &on_read, &on_wait, &on_release},
        steps(std::move(script)),
        when(how) {}
  ~Source() {
    if (thread.joinable()) thread.join();
  }

  static std::int64_t on_read(sp_reader* at, void* buffer, std::size_t) {
    auto& self = *static_cast<Source*>(at);
    if (self.steps.empty()) return SP_READ_END;
    const Step step = std::move(self.steps.front());
    self.steps.pop_front();
    if (step.bytes.empty()) return step.answer;
    std::copy(step.bytes.begin(), step.bytes.end(), static_cast<char*>(buffer));
    return static_cast<std::int64_t>(step.bytes.size());
  }
  static void on_wait(sp_reader* at, void (*ready)(void*), void* context) {
    auto& self = *static_cast<Source*>(at);
    ++self.waits;
    if (self.when == Ready::kInsideWait) return ready(context);
    if (self.thread.joinable()) self.thread.join();
    self.thread = std::thread([ready, context] { ready(context); });
  }
  static void on_release(sp_reader* at) { ++static_cast<Source*>(at)->releases; }

  std::deque<Step> steps;
  Ready when;
  int waits = 0;
  int releases = 0;
  std::thread thread;
};

Task<std::string> read_to_end(std::unique_ptr<ByteStream> stream) {
  std::string all;
  for (;;) {
    const std::string piece = co_await stream->next();
    if (piece.empty()) co_return all;
    all += piece;
  }
}

TEST(PluginReader, IsWaitedForWhenItHasNothingReady) {
  for (const Ready when : {Ready::kInsideWait, Ready::kFromAnotherThread}) {
    Source source({{SP_READ_AGAIN}, {0, "one"}, {SP_READ_AGAIN}, {SP_READ_AGAIN}, {0, "two"}},
                  when);
    EXPECT_EQ(run_to_end(read_to_end(std::make_unique<ReaderImport>(&source))), "onetwo");
    EXPECT_EQ(source.waits, 3);
    EXPECT_EQ(source.releases, 1);
  }
}

TEST(PluginReader, ThatBreaksOrLiesIsDataLoss) {
  for (const std::int64_t answer : {std::int64_t{SP_READ_FAILED}, std::int64_t{1} << 40}) {
    Source source({{0, "one"}, {answer}}, Ready::kInsideWait);
    try {
      static_cast<void>(run_to_end(read_to_end(std::make_unique<ReaderImport>(&source))));
      FAIL() << answer;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), Code::kDataLoss);
    }
    EXPECT_EQ(source.releases, 1);
  }
}

TEST(PluginReader, MayBeGivenBack) {
  Source source({}, Ready::kInsideWait);
  {
    ReaderImport import(&source);
    import.disown();
  }
  EXPECT_EQ(source.releases, 0);
}

// Chunks that come later than they are asked for.
class LateStream final : public ByteStream {
 public:
  explicit LateStream(std::deque<std::string> chunks) : chunks_(std::move(chunks)) {}
  Task<std::string> next() override {
    const auto executor = co_await boost::asio::this_coro::executor;
    co_await boost::asio::post(executor, boost::asio::use_awaitable);
    if (chunks_.empty()) co_return std::string{};
    std::string chunk = std::move(chunks_.front());
    chunks_.pop_front();
    if (chunk == "broken") throw Error(Code::kUnavailable, "the disk went away");
    co_return chunk;
  }

 private:
  std::deque<std::string> chunks_;
};

// Out through the ABI and back in.
Task<std::string> round_trip(std::deque<std::string> chunks, std::exception_ptr& failure) {
  const auto executor = co_await boost::asio::this_coro::executor;
  auto stream = std::make_unique<LateStream>(std::move(chunks));
  const std::shared_ptr<ReaderExport> out =
      co_await ReaderExport::open(std::move(stream), executor);
  auto back = std::make_unique<ReaderImport>(out->lend());
  std::string all;
  try {
    all = co_await read_to_end(std::move(back));
  } catch (const Error&) {
    failure = out->failure();
  }
  co_return all;
}

TEST(HostReader, BringsEverythingInOrderHoweverLate) {
  std::deque<std::string> chunks;
  std::string expected;
  for (int i = 0; i < 20; ++i) {
    chunks.push_back(
        std::string(static_cast<std::size_t>(i) * 10'000 + 1, static_cast<char>('a' + i)));
    expected += chunks.back();
  }
  std::exception_ptr failure;
  EXPECT_TRUE(run_to_end(round_trip(chunks, failure)) == expected);
  EXPECT_EQ(failure, nullptr);
}

TEST(HostReader, RemembersWhyItBroke) {
  std::exception_ptr failure;
  static_cast<void>(run_to_end(round_trip({"one", "broken"}, failure)));
  ASSERT_NE(failure, nullptr);
  try {
    std::rethrow_exception(failure);
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "the disk went away");
  }
}

}  // namespace
}  // namespace sandport::adapt

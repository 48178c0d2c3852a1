#include "core/session/writer.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <boost/asio/detached.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>

#include "tests/unit/core/session/session_testing.hpp"

namespace sandport::testing {
namespace {

namespace asio = boost::asio;

TEST(WriterThread, GroupsTheAppendsOfManySessions) {
  constexpr int kSessions = 200;
  constexpr int kAppends = 20;
  const TemporaryDirectory home;
  std::atomic<int> transactions = 0;
  std::vector<std::string> ids(kSessions);
  {
    SessionStore store({.directory = home.path(), .write_probe = [&](WritePoint point) {
                          transactions += point == WritePoint::kCommitted ? 1 : 0;
                        }});
    asio::thread_pool pool(2);
    std::atomic<int> out_of_order = 0;
    for (int index = 0; index < kSessions; ++index) {
      asio::co_spawn(
          asio::make_strand(pool),
          [&, index]() -> asio::awaitable<void> {
            const SessionLease session = co_await store.create({});
            ids[static_cast<std::size_t>(index)] = session.session_id();
            for (std::uint64_t seq = 2; seq < 2 + kAppends; ++seq) {
              Event next = event("note", R"({"n":)" + std::to_string(seq) + "}");
              const std::uint64_t given = co_await store.append(session, std::move(next));
              out_of_order += given == seq ? 0 : 1;
            }
          },
          asio::detached);
    }
    pool.join();
    EXPECT_EQ(out_of_order, 0);
    EXPECT_LT(transactions, kSessions * kAppends / 4) << "each append had its own transaction";
  }
  SessionStore store({.directory = home.path()});
  for (const std::string& id : ids) {
    const auto events = events_of(store, id);
    ASSERT_EQ(events.size(), 1U + kAppends);
    for (const Event& read : events) {
      EXPECT_TRUE(read.seq == 1 ||
                  read.payload_json == R"({"n":)" + std::to_string(read.seq) + "}");
    }
  }
}

TEST(WriterThread, CompletesAnAppendOnlyAfterItsCommit) {
  const TemporaryDirectory home;
  std::atomic<int> committed = 0;
  SessionStore store({.directory = home.path(), .write_probe = [&](WritePoint point) {
                        committed += point == WritePoint::kCommitted ? 1 : 0;
                      }});
  SessionStore reader({.directory = home.path()});
  const SessionLease session = run(store.create({}));
  run([&]() -> asio::awaitable<void> {
    for (int expected = 2; expected < 50; ++expected) {
      const std::uint64_t seq = co_await store.append(session, event("note"));
      EXPECT_EQ(committed, expected);
      EXPECT_EQ(reader.show(session.session_id()).last_seq, seq);
    }
  }());
}

TEST(WriterThread, CompletesOnTheExecutorOfTheCaller) {
  const TemporaryDirectory home;
  SessionStore store({.directory = home.path()});
  const SessionLease session = run(store.create({}));
  asio::thread_pool pool(2);
  auto strand = asio::make_strand(pool);
  bool on_strand = false;
  asio::co_spawn(
      strand,
      [&]() -> asio::awaitable<void> {
        co_await store.append(session, event("note"));
        on_strand = strand.running_in_this_thread();
      },
      asio::detached);
  pool.join();
  EXPECT_TRUE(on_strand);
}

TEST(WriterThread, WritesAllThatIsQueuedWhenClosed) {
  const TemporaryDirectory home;
  asio::io_context context(1);
  SessionStore store({.directory = home.path()});
  const SessionLease session = run(store.create({}));
  int done = 0;
  for (int index = 0; index < 100; ++index) {
    asio::co_spawn(
        context,
        [&]() -> asio::awaitable<void> {
          co_await store.append(session, event("note"));
          ++done;
        },
        asio::detached);
  }
  context.poll();  // all are submitted; most wait for their commit
  store.close();
  context.restart();
  context.run();
  EXPECT_EQ(done, 100);
  EXPECT_EQ(error_of([&] { run(store.append(session, event("note"))); }).first, Code::kCancelled);
  EXPECT_EQ(store.show(session.session_id()).last_seq, 101U) << "reading goes on";
}

TEST(WriterThread, ReleasesALeaseBeforeItsLastAppendIsReported) {
  const TemporaryDirectory home;
  SessionStore store({.directory = home.path()});
  std::string id;
  {
    const SessionLease session = run(store.create({}));
    id = session.session_id();
  }
  for (int round = 0; round < 200; ++round) {
    SessionLease session = store.lease(id);
    run(store.append(session, event("note")));
  }
  EXPECT_EQ(store.show(id).last_seq, 201U);
}

}  // namespace
}  // namespace sandport::testing

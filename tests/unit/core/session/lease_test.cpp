#include "core/session/lease.hpp"

#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

#include "tests/unit/core/session/session_testing.hpp"

namespace sandport::testing {
namespace {

using ::testing::HasSubstr;

class Lease : public ::testing::Test {
 protected:
  std::shared_ptr<LeaseTable> open() { return std::make_shared<LeaseTable>(file); }
  static Code code(LeaseTable& table, std::int64_t key) {
    return error_of([&] { (void)table.acquire(key, "id"); }).first;
  }

  TemporaryDirectory home;
  std::filesystem::path file = home.path() / "sessions.lock";
  std::shared_ptr<LeaseTable> table = open();
};

TEST_F(Lease, IsExclusiveWithinOneTable) {
  SessionLease first = table->acquire(1, "one");
  EXPECT_EQ(first.session_id(), "one");
  EXPECT_EQ(code(*table, 1), Code::kFailedPrecondition);
  EXPECT_EQ(code(*table, 2), Code::kOk) << "another session is free";
  first.release();
  EXPECT_EQ(code(*table, 1), Code::kOk);
}

TEST_F(Lease, IsExclusiveBetweenTablesOfOneProcess) {
  const auto other = open();
  const SessionLease held = table->acquire(7, "seven");
  EXPECT_TRUE(other->is_held(7));
  EXPECT_FALSE(other->is_held(6));
  const auto [status, text] = error_of([&] { (void)other->acquire(7, "seven"); });
  EXPECT_EQ(status, Code::kFailedPrecondition);
  EXPECT_THAT(text, HasSubstr("session seven is in use by this process"));
}

TEST_F(Lease, OutlivesTheTableThatGaveIt) {
  SessionLease held = table->acquire(3, "three");
  table.reset();
  const auto other = open();
  EXPECT_TRUE(other->is_held(3));
  held.release();
  EXPECT_FALSE(other->is_held(3));
}

TEST_F(Lease, NamesTheProcessThatHoldsItAndEndsWithIt) {
  std::array<int, 2> ready{};
  std::array<int, 2> stop{};
  ASSERT_EQ(::pipe(ready.data()), 0);
  ASSERT_EQ(::pipe(stop.data()), 0);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    ::close(stop[1]);
    const auto own = open();
    const SessionLease held = own->acquire(5, "five");
    char byte = 'r';
    (void)!::write(ready[1], &byte, 1);
    (void)!::read(stop[0], &byte, 1);  // until the parent is done, or gone
    ::_exit(0);                        // without any destructor, as a crash
  }
  ::close(stop[0]);
  ::close(ready[1]);
  char byte = 0;
  ASSERT_EQ(::read(ready[0], &byte, 1), 1);
  const auto [status, text] = error_of([&] { (void)table->acquire(5, "five"); });
  EXPECT_EQ(status, Code::kFailedPrecondition);
  EXPECT_THAT(text, HasSubstr("in use by process " + std::to_string(child)));
  ::close(stop[1]);
  ::waitpid(child, nullptr, 0);
  ::close(ready[0]);
  EXPECT_EQ(code(*table, 5), Code::kOk);
}

TEST_F(Lease, StopsTwoStoresFromWritingOneSession) {
  SessionStore one({.directory = home.path() / "s"});
  SessionStore two({.directory = home.path() / "s"});
  SessionLease session = run(one.create({}));
  const std::string id = session.session_id();
  EXPECT_EQ(error_of([&] { (void)two.lease(id); }).first, Code::kFailedPrecondition);
  EXPECT_EQ(error_of([&] { (void)one.lease(id); }).first, Code::kFailedPrecondition);
  run(one.append(session, event("note")));
  session.release();
  const SessionLease taken = two.lease(id);
  EXPECT_EQ(run(two.append(taken, event("note"))), 3U);
}

}  // namespace
}  // namespace sandport::testing

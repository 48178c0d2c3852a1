#include <gmock/gmock.h>

#include "tests/unit/core/session/session_testing.hpp"

namespace sandport::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Fork : public ::testing::Test {
 protected:
  TemporaryDirectory home;
  SessionStore store{{.directory = home.path()}};
  SessionLease session = run(store.create({}));
  std::string id = session.session_id();
};

TEST_F(Fork, CopiesUpToTheLastSafePointWhileTheParentRuns) {
  Event finished = call_finished("a");
  finished.attachment = "whole output";
  run(store.append(
      session, {event("sandbox_attached", R"({"backend":"e2b","id":"sbx"})"), user_message("go"),
                assistant_message({"a"}), finished, assistant_message({"b"}), call_started("b")}));
  const std::string copy = run(store.fork(id, std::nullopt));
  EXPECT_THAT(types_of(store, copy),
              ElementsAre("session_started", "sandbox_attached", "user_message",
                          "assistant_message", "tool_call_finished"));
  EXPECT_EQ(store.attachment(copy, 5), "whole output");
  const SessionInfo info = store.show(copy);
  EXPECT_EQ(info.parent, id);
  EXPECT_EQ(info.fork_seq, 5U);
  EXPECT_EQ(info.title, "go");
  EXPECT_EQ(info.sandbox.id, "") << "two sessions must not think that one sandbox is theirs";
  EXPECT_EQ(info.state, SessionState::kInterrupted) << "its turn is open";
  const SessionLease own = store.lease(copy);
  EXPECT_EQ(run(store.append(own, turn_finished())), 6U);
  EXPECT_EQ(store.show(id).last_seq, 7U) << "the parent is as it was";
}

TEST_F(Fork, CopiesUpToTheEventAskedFor) {
  run(store.append(session, {user_message("one"), assistant_message(), turn_finished(),
                             user_message("two"), assistant_message(), turn_finished()}));
  const std::string copy = run(store.fork(id, 4));
  EXPECT_EQ(store.show(copy).last_seq, 4U);
  EXPECT_EQ(store.show(copy).state, SessionState::kIdle);
}

TEST_F(Fork, RefusesToCutAToolCallFromItsResult) {
  run(store.append(session, {user_message("go"), assistant_message({"a"}), call_started("a"),
                             call_finished("a")}));
  for (const std::uint64_t seq : {3U, 4U}) {
    const auto [code, text] = error_of([&] { (void)run(store.fork(id, seq)); });
    EXPECT_EQ(code, Code::kInvalidArgument);
    EXPECT_THAT(text, HasSubstr("the last safe point before it is 2"));
  }
  EXPECT_EQ(error_of([&] { (void)run(store.fork(id, 99)); }).first, Code::kInvalidArgument);
  EXPECT_EQ(store.list({}).size(), 1U);
}

TEST_F(Fork, RefusesASessionWithoutAMessage) {
  EXPECT_EQ(error_of([&] { (void)run(store.fork(id, std::nullopt)); }).first,
            Code::kFailedPrecondition);
  EXPECT_EQ(error_of([&] { (void)run(store.fork("nobody", std::nullopt)); }).first,
            Code::kNotFound);
}

TEST_F(Fork, OutlivesItsParent) {
  run(store.append(session, {user_message("go"), assistant_message(), turn_finished()}));
  const std::string copy = run(store.fork(id, std::nullopt));
  session.release();
  run(store.remove(id));
  EXPECT_EQ(store.show(copy).last_seq, 4U);
}

}  // namespace
}  // namespace sandport::testing

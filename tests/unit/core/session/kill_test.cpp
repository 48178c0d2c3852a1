// The process is killed at every point of every write; nothing that was acknowledged may be lost,
// and the session must go on.
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

#include "tests/unit/core/session/session_testing.hpp"

namespace sandport::testing {
namespace {

using ::testing::HasSubstr;

const std::vector<Event>& script() {
  static const std::vector<Event> events = {
      user_message("go"),    event("step_started"), assistant_message({"a", "b"}),
      call_started("a"),     call_started("b"),     call_finished("b"),
      call_finished("a"),    event("step_started"), assistant_message(),
      turn_finished("done"),
  };
  return events;
}

// Runs the script in a child that reports each acknowledged event, and dies in the `fatal`th visit
// to `point` counted over all transactions. Returns how many appends were acknowledged.
std::size_t run_until_killed(const std::filesystem::path& home, WritePoint point, int fatal) {
  std::array<int, 2> reports{};
  EXPECT_EQ(::pipe(reports.data()), 0);
  const pid_t child = ::fork();
  EXPECT_GE(child, 0);
  if (child == 0) {
    int visits = 0;
    SessionStore store({.directory = home, .write_probe = [&](WritePoint reached) {
                          if (reached == point && ++visits == fatal) {
                            ::raise(SIGKILL);
                          }
                        }});
    const SessionLease session = run(store.create({}));
    for (const Event& next : script()) {
      (void)run(store.append(session, next));
      (void)!::write(reports[1], "x", 1);
    }
    ::_exit(0);
  }
  ::close(reports[1]);
  std::size_t acknowledged = 0;
  for (char byte = 0; ::read(reports[0], &byte, 1) == 1;) {
    ++acknowledged;
  }
  ::close(reports[0]);
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
  return acknowledged;
}

// A model server takes only a history where each call has its result.
void expect_acceptable(const Transcript& transcript) {
  std::size_t open = 0;
  for (const TranscriptMessage& message : transcript.messages()) {
    if (message.role == Role::kTool) {
      ASSERT_GT(open, 0U);
      --open;
      continue;
    }
    ASSERT_EQ(open, 0U);
    open = message.tool_calls.size();
  }
  EXPECT_EQ(open, 0U);
}

class Kill : public ::testing::TestWithParam<WritePoint> {};

TEST_P(Kill, LosesNothingAcknowledgedAndResumes) {
  // The first transaction creates the session.
  for (std::size_t fatal = 2; fatal <= script().size() + 1; ++fatal) {
    SCOPED_TRACE(fatal);
    const TemporaryDirectory home;
    const std::size_t acknowledged =
        run_until_killed(home.path(), GetParam(), static_cast<int>(fatal));
    EXPECT_EQ(acknowledged, fatal - 2);

    SessionStore store({.directory = home.path()});
    const auto sessions = store.list({});
    ASSERT_EQ(sessions.size(), 1U);
    const bool committed = GetParam() == WritePoint::kCommitted;
    EXPECT_EQ(sessions[0].last_seq, 1 + acknowledged + (committed ? 1 : 0));

    const SessionLease session = store.lease(sessions[0].id);
    const ResumedSession resumed = run(store.resume(session));
    expect_acceptable(resumed.history.transcript);
    for (const std::string& type : types_of(store, sessions[0].id)) {
      EXPECT_NE(type, "") << "every event can be read";
    }
    // Resuming once more finds nothing left to repair.
    const std::uint64_t last = store.show(sessions[0].id).last_seq;
    EXPECT_EQ(resumed.history.last_seq, last);
    EXPECT_EQ(run(store.resume(session)).history.last_seq, last);
    EXPECT_EQ(run(store.append(session, event("note"))), last + 1);
  }
}

std::string name_of(const ::testing::TestParamInfo<WritePoint>& point) {
  switch (point.param) {
    case WritePoint::kBegun:
      return "Begun";
    case WritePoint::kWritten:
      return "Written";
    case WritePoint::kCommitted:
      break;
  }
  return "Committed";
}

INSTANTIATE_TEST_SUITE_P(AtEachPointOfAWrite, Kill,
                         ::testing::Values(WritePoint::kBegun, WritePoint::kWritten,
                                           WritePoint::kCommitted),
                         name_of);

TEST(KillDuringCall, LeavesTheCallInterruptedForTheModel) {
  const TemporaryDirectory home;
  // Transactions: create, user, step, assistant, a started, b started.
  run_until_killed(home.path(), WritePoint::kCommitted, 6);
  SessionStore store({.directory = home.path()});
  const std::string id = store.list({}).at(0).id;
  EXPECT_EQ(store.show(id).state, SessionState::kInterrupted);
  const SessionLease session = store.lease(id);
  const ResumedSession resumed = run(store.resume(session));
  const auto& messages = resumed.history.transcript.messages();
  ASSERT_EQ(messages.size(), 4U);
  EXPECT_THAT(*messages[2].json, HasSubstr("outcome is unknown"));
  EXPECT_THAT(*messages[3].json, HasSubstr("outcome is unknown"));
  EXPECT_EQ(resumed.history.turn, TurnState::kOpen);
  EXPECT_EQ(types_of(store, id).back(), "tool_call_interrupted");
}

}  // namespace
}  // namespace sandport::testing

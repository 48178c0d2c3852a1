#include "core/session/store.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <fstream>
#include <iterator>

#include "tests/unit/core/session/session_testing.hpp"

namespace sandport::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

mode_t mode_of(const std::filesystem::path& path) {
  struct stat status {};
  EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
  return status.st_mode & 0777;
}

class Store : public ::testing::Test {
 protected:
  SessionLease create(NewSession session = {}) { return run(store.create(std::move(session))); }

  TemporaryDirectory home;
  SessionStore store{{.directory = home.path()}};
};

TEST_F(Store, StartsASessionWithItsFirstEvent) {
  NewSession wanted;
  wanted.title = "a title";
  wanted.manifest_name = "coder";
  wanted.manifest_hash = "abc";
  wanted.manifest_text = "name: coder";
  wanted.work_dir = "/w";
  wanted.payload_json = R"({"version":"1"})";
  const SessionLease session = create(wanted);
  const SessionInfo info = store.show(session.session_id());
  EXPECT_EQ(info.id.size(), 26U);
  EXPECT_EQ(info.title, "a title");
  EXPECT_EQ(info.manifest_name, "coder");
  EXPECT_EQ(store.manifest_text(info.manifest_hash), "name: coder");
  EXPECT_EQ(info.sandbox.work_dir, "/w");
  EXPECT_EQ(info.last_seq, 1U);
  EXPECT_GT(info.created_ms, 1'600'000'000'000);
  const auto events = events_of(store, info.id);
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].type, "session_started");
  EXPECT_EQ(events[0].payload_json, R"({"version":"1"})");
}

TEST_F(Store, NumbersTheEventsOfEachSessionByItself) {
  const SessionLease one = create();
  const SessionLease two = create();
  EXPECT_EQ(run(store.append(one, user_message("a"))), 2U);
  EXPECT_EQ(run(store.append(two, user_message("b"))), 2U);
  EXPECT_EQ(run(store.append(one, {assistant_message(), turn_finished()})), 4U);
  EXPECT_THAT(types_of(store, one.session_id()),
              ElementsAre("session_started", "user_message", "assistant_message", "turn_finished"));
  EXPECT_EQ(store.show(two.session_id()).last_seq, 2U);
}

TEST_F(Store, KeepsPayloadsAndAttachmentsByteForByte) {
  const SessionLease session = create();
  Event finished = call_finished("c1", "h\\u00e9 \\n");
  finished.time_ms = 1234;
  finished.attachment = std::string("a\0b\xff", 4);
  const std::string payload = finished.payload_json;
  const auto seq = run(store.append(session, finished));
  const auto events = events_of(store, session.session_id());
  EXPECT_EQ(events.back().payload_json, payload);
  EXPECT_EQ(events.back().time_ms, 1234);
  EXPECT_EQ(store.attachment(session.session_id(), seq), finished.attachment);
  EXPECT_EQ(store.attachment(session.session_id(), 1), "");
}

TEST_F(Store, SurvivesClosingAndOpening) {
  std::string id;
  {
    SessionStore first({.directory = home.path()});
    const SessionLease session = run(first.create({}));
    id = session.session_id();
    run(first.append(session, user_message("hello")));
  }
  SessionStore second({.directory = home.path()});
  EXPECT_THAT(types_of(second, id), ElementsAre("session_started", "user_message"));
}

TEST_F(Store, FollowsTheStateOfTheTurn) {
  SessionLease session = create();
  const std::string id = session.session_id();
  EXPECT_EQ(store.show(id).state, SessionState::kIdle);
  run(store.append(session, user_message("Fix\\n  the   build")));
  EXPECT_EQ(store.show(id).state, SessionState::kRunning);
  EXPECT_EQ(store.show(id).title, "Fix the build");
  session.release();
  EXPECT_EQ(store.show(id).state, SessionState::kInterrupted);
  run(store.append(store.lease(id),
                   {turn_finished("limit"), user_message("next"), turn_finished("done")}));
  EXPECT_EQ(store.show(id).state, SessionState::kIdle);
  EXPECT_EQ(store.show(id).outcome, "done");
  EXPECT_EQ(store.show(id).title, "Fix the build") << "only the first message names a session";
}

TEST_F(Store, RemembersTheSandboxUntilItIsGone) {
  const SessionLease session = create();
  run(store.append(session, event("sandbox_attached",
                                  R"({"backend":"e2b","id":"sbx1","work_dir":"/home/user"})")));
  SessionInfo info = store.show(session.session_id());
  EXPECT_EQ(info.sandbox.backend, "e2b");
  EXPECT_EQ(info.sandbox.id, "sbx1");
  EXPECT_EQ(info.sandbox.work_dir, "/home/user");
  run(store.append(session, event("sandbox_attached", R"({"backend":"e2b","id":""})")));
  info = store.show(session.session_id());
  EXPECT_EQ(info.sandbox.id, "");
  EXPECT_EQ(info.sandbox.work_dir, "/home/user");
}

TEST_F(Store, ListsTheNewestUpdateFirstInPages) {
  std::vector<std::string> ids;
  for (int index = 0; index < 5; ++index) {
    const SessionLease session = create();
    ids.push_back(session.session_id());
  }
  // An update a minute from now makes the oldest session the newest.
  Event later = event("note");
  later.time_ms = store.show(ids[0]).created_ms + 60'000;
  run(store.append(store.lease(ids[0]), later));
  std::vector<std::string> listed;
  std::optional<SessionInfo> last;
  for (;;) {
    const auto page = store.list({.limit = 2, .after = last});
    if (page.empty()) {
      break;
    }
    EXPECT_LE(page.size(), 2U);
    for (const SessionInfo& info : page) {
      listed.push_back(info.id);
    }
    last = page.back();
  }
  EXPECT_THAT(listed, ElementsAre(ids[0], ids[4], ids[3], ids[2], ids[1]));
}

TEST_F(Store, FindsASessionByTheStartOfItsId) {
  const SessionLease one = create();
  EXPECT_EQ(store.find(one.session_id()).id, one.session_id());
  EXPECT_EQ(store.find(one.session_id().substr(0, 6)).id, one.session_id());
  const SessionLease two = create();
  EXPECT_EQ(store.find(two.session_id()).id, two.session_id());
  const auto ambiguous = error_of([&] { (void)store.find(one.session_id().substr(0, 4)); });
  EXPECT_EQ(ambiguous.first, Code::kInvalidArgument);
  EXPECT_THAT(ambiguous.second, HasSubstr(one.session_id()));
  for (const char* unknown : {"", "zzzz", "%", "0' OR 1=1"}) {
    EXPECT_EQ(error_of([&] { (void)store.find(unknown); }).first, Code::kNotFound) << unknown;
  }
}

TEST_F(Store, DeletesASessionWithAllItHad) {
  NewSession wanted;
  wanted.manifest_hash = "only";
  wanted.manifest_text = "text";
  SessionLease session = create(wanted);
  const std::string id = session.session_id();
  Event note = event("note");
  note.attachment = "bytes";
  run(store.append(session, note));
  const SessionLease other = create();
  EXPECT_EQ(error_of([&] { run(store.remove(id)); }).first, Code::kFailedPrecondition);
  session.release();
  run(store.remove(id));
  EXPECT_EQ(error_of([&] { (void)store.show(id); }).first, Code::kNotFound);
  EXPECT_EQ(store.manifest_text("only"), "");
  EXPECT_EQ(events_of(store, other.session_id()).size(), 1U);
  EXPECT_EQ(error_of([&] { (void)store.lease(id); }).first, Code::kNotFound);
}

TEST_F(Store, KeepsItsFilesToTheirOwner) {
  const auto directory = home.path() / "state" / "sandport";
  const mode_t before = ::umask(0);
  SessionStore own({.directory = directory});
  const SessionLease session = run(own.create({}));
  ::umask(before);
  EXPECT_EQ(mode_of(directory), 0700U);
  EXPECT_EQ(mode_of(directory.parent_path()), 0700U);
  for (const char* name : {"sessions.db", "sessions.db-wal", "sessions.db-shm", "sessions.lock"}) {
    EXPECT_EQ(mode_of(directory / name), 0600U) << name;
  }
}

TEST_F(Store, TightensAFileThatBecameReadable) {
  const auto directory = home.path() / "other";
  { SessionStore first({.directory = directory}); }
  ::chmod((directory / "sessions.db").c_str(), 0644);
  SessionStore second({.directory = directory});
  EXPECT_EQ(mode_of(directory / "sessions.db"), 0600U);
}

TEST_F(Store, WritesNoSecret) {
  const auto directory = home.path() / "redacted";
  std::string id;
  {
    SessionStore own({.directory = directory, .redactor = [](std::string text) {
                        for (auto at = text.find("hunter2"); at != std::string::npos;
                             at = text.find("hunter2")) {
                          text.replace(at, 7, "***");
                        }
                        return text;
                      }});
    NewSession wanted;
    wanted.title = "title hunter2";
    wanted.manifest_hash = "h";
    wanted.manifest_text = "key: hunter2";
    const SessionLease session = run(own.create(wanted));
    id = session.session_id();
    Event finished = call_finished("c", "it is hunter2, hunter2");
    finished.attachment = "raw hunter2";
    const auto seq = run(own.append(session, finished));
    EXPECT_THAT(events_of(own, id).back().payload_json, HasSubstr("it is ***, ***"));
    EXPECT_EQ(own.attachment(id, seq), "raw ***");
    EXPECT_EQ(own.manifest_text("h"), "key: ***");
  }
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string bytes(std::istreambuf_iterator<char>(file), {});
    EXPECT_EQ(bytes.find("hunter2"), std::string::npos) << entry.path();
  }
}

TEST_F(Store, RefusesToWriteWithoutALease) {
  EXPECT_EQ(error_of([&] { run(store.append(SessionLease{}, event("note"))); }).first,
            Code::kFailedPrecondition);
}

TEST_F(Store, PassesItsOwnCheck) {
  (void)create();
  EXPECT_THAT(check_store(home.path()), IsEmpty());
  EXPECT_THAT(check_store(home.path() / "nothing"), IsEmpty());
}

}  // namespace
}  // namespace sandport::testing

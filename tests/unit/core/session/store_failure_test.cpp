#include <gmock/gmock.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

#include "tests/unit/core/session/session_testing.hpp"

namespace sandport::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

std::string contents(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write_file(const std::filesystem::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

// Another program with the same file open.
class OtherProgram {
 public:
  explicit OtherProgram(const std::filesystem::path& file) {
    EXPECT_EQ(sqlite3_open(file.c_str(), &handle_), SQLITE_OK);
  }
  ~OtherProgram() { sqlite3_close(handle_); }
  OtherProgram(const OtherProgram&) = delete;
  OtherProgram& operator=(const OtherProgram&) = delete;
  void run(const char* sql) {
    EXPECT_EQ(sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr), SQLITE_OK)
        << sqlite3_errmsg(handle_);
  }

 private:
  sqlite3* handle_ = nullptr;
};

class StoreFailure : public ::testing::Test {
 protected:
  std::pair<Code, std::string> open_error() {
    return error_of([this] { SessionStore store({.directory = home.path()}); });
  }

  TemporaryDirectory home;
  std::filesystem::path file = home.path() / "sessions.db";
};

TEST_F(StoreFailure, NamesADamagedFileAndLeavesItAlone) {
  const std::string garbage(10'000, 'x');
  write_file(file, garbage);
  const auto [code, text] = open_error();
  EXPECT_EQ(code, Code::kDataLoss);
  EXPECT_THAT(text, HasSubstr(file.string()));
  EXPECT_THAT(text, HasSubstr("sandport doctor"));
  EXPECT_THAT(text, Not(HasSubstr("\n")));
  EXPECT_EQ(contents(file), garbage);
  EXPECT_EQ(check_store(home.path()).size(), 1U);
}

TEST_F(StoreFailure, ReportsDamageInTheMiddleOfTheFile) {
  std::string id;
  {
    SessionStore store({.directory = home.path()});
    const SessionLease session = run(store.create({}));
    id = session.session_id();
    for (int index = 0; index < 50; ++index) {
      run(store.append(session, user_message(std::string(2000, 'a'))));
    }
  }
  // What was written last is in the log beside the file until somebody moves it there.
  OtherProgram(file).run("PRAGMA wal_checkpoint(TRUNCATE)");
  std::string bytes = contents(file);
  for (std::size_t page = 10 * 4096; page + 4096 <= bytes.size(); page += 4096) {
    bytes.replace(page, 64, std::string(64, '\x7f'));
  }
  write_file(file, bytes);
  SessionStore store({.directory = home.path()});
  EXPECT_EQ(error_of([&] { (void)events_of(store, id); }).first, Code::kDataLoss);
  EXPECT_FALSE(check_store(home.path()).empty());
}

TEST_F(StoreFailure, RefusesTheDatabaseOfAnotherProgram) {
  OtherProgram(file).run("CREATE TABLE theirs (a)");
  const auto [code, text] = open_error();
  EXPECT_EQ(code, Code::kDataLoss);
  EXPECT_THAT(text, HasSubstr("not a session store"));
}

TEST_F(StoreFailure, RefusesANewerSchema) {
  { SessionStore store({.directory = home.path()}); }
  OtherProgram(file).run("PRAGMA user_version = 99");
  const auto [code, text] = open_error();
  EXPECT_EQ(code, Code::kFailedPrecondition);
  EXPECT_THAT(text, HasSubstr("newer sandport"));
}

TEST_F(StoreFailure, StartsOnAnEmptyFile) {
  write_file(file, "");
  EXPECT_EQ(open_error().first, Code::kOk);
}

TEST_F(StoreFailure, ReportsAFileThatAnotherProgramHoldsLocked) {
  SessionStore store({.directory = home.path(), .busy_timeout = std::chrono::milliseconds{1}});
  const SessionLease session = run(store.create({}));
  OtherProgram other(file);
  other.run("BEGIN IMMEDIATE");
  try {
    run(store.append(session, event("note")));
    FAIL() << "the append went through";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::kUnavailable);
    EXPECT_TRUE(error.retryable());
    EXPECT_THAT(error.what(), HasSubstr("locked by another program"));
  }
  other.run("ROLLBACK");
  EXPECT_EQ(run(store.append(session, event("note"))), 2U);
}

TEST_F(StoreFailure, ReportsADirectoryThatCannotBeMade) {
  write_file(home.path() / "plain", "");
  for (const std::filesystem::path& place :
       {home.path() / "plain" / "sub", std::filesystem::path("/proc/sandport")}) {
    const auto [code, text] = error_of([&] { SessionStore store({.directory = place}); });
    EXPECT_EQ(code, Code::kPermissionDenied) << place;
    EXPECT_THAT(text, HasSubstr("SANDPORT_HOME"));
  }
}

TEST_F(StoreFailure, RefusesAPathThatIsNotARegularFile) {
  std::filesystem::create_symlink("/etc/hostname", file);
  EXPECT_EQ(open_error().first, Code::kFailedPrecondition);
}

// In a child process: a limit on file sizes stands for the full disk.
TEST_F(StoreFailure, ReportsAFullDiskAndKeepsWhatWasWritten) {
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    ::signal(SIGXFSZ, SIG_IGN);
    SessionStore store({.directory = home.path()});
    const SessionLease session = run(store.create({}));
    const rlimit limit{1U << 20U, 1U << 20U};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    const auto [code, text] =
        error_of([&] { run(store.append(session, user_message(std::string(4U << 20U, 'a')))); });
    const bool told =
        code == Code::kResourceExhausted && text.find("no space left") != std::string::npos;
    const bool goes_on = run(store.append(session, event("note"))) == 2;
    ::_exit(told && goes_on ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  SessionStore store({.directory = home.path()});
  const auto sessions = store.list({});
  ASSERT_EQ(sessions.size(), 1U);
  EXPECT_THAT(types_of(store, sessions[0].id), ElementsAre("session_started", "note"));
}

}  // namespace
}  // namespace sandport::testing

// Stored sessions: going on, forks, exports, one user at a time, a broken store.
#include <sys/stat.h>

#include <csignal>
#include <fstream>

#include "tests/integration/workspace.hpp"

namespace sandport::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Sessions : public Workspace {
 protected:
  std::string manifest() const {
    return write(
        "agent.yaml",
        scripted_manifest("- text: First answer.\n- text: Second answer.\n- text: Third.\n"));
  }
  std::string new_session() const {
    EXPECT_EQ(run({"run", manifest(), "Hello there."}).exit_code, 0);
    return last_session()["id"];
  }
};

TEST_F(Sessions, GoOnWithTheirConversation) {
  const std::string id = new_session();
  const ProgramResult second = run({"run", manifest(), "More.", "--session", "last"});
  EXPECT_EQ(second.out, "Second answer.\n");
  const ProgramResult third = run({"run", manifest(), "More.", "--session", id.substr(0, 24)});
  EXPECT_EQ(third.out, "Third.\n") << third.err;
  EXPECT_EQ(last_session()["id"], id);
}

TEST_F(Sessions, AreListedAndShown) {
  EXPECT_THAT(run({"session", "list"}).err, HasSubstr("no sessions yet"));
  const std::string id = new_session();
  const ProgramResult listed = run({"session", "list"});
  EXPECT_THAT(listed.out, HasSubstr(id));
  EXPECT_THAT(listed.out, HasSubstr("Hello there."));
  const ProgramResult shown = run({"session", "show", id});
  EXPECT_EQ(shown.exit_code, 0);
  EXPECT_THAT(shown.out, HasSubstr("finished"));
  const auto json = nlohmann::json::parse(run({"session", "show", id, "--output", "json"}).out);
  EXPECT_EQ(json["id"], id);
  EXPECT_EQ(json["state"], "idle");
  EXPECT_EQ(json["manifest"], "test");
}

TEST_F(Sessions, CanBeForkedAndBothGoOn) {
  const std::string id = new_session();
  const ProgramResult forked = run({"session", "fork", id});
  ASSERT_EQ(forked.exit_code, 0) << forked.err;
  const std::string copy = forked.out.substr(0, forked.out.find('\n'));
  EXPECT_NE(copy, id);
  EXPECT_EQ(run({"run", manifest(), "More.", "--session", copy}).out, "Second answer.\n");
  EXPECT_EQ(run({"run", manifest(), "More.", "--session", id}).out, "Second answer.\n");
  EXPECT_EQ(nlohmann::json::parse(run({"session", "show", copy, "--output", "json"}).out)["parent"],
            id);
}

TEST_F(Sessions, AreExportedAsLinesOfJson) {
  const std::string id = new_session();
  EXPECT_GT(json_lines(exported(id)).size(), 3u);
  const std::string file = path("out.jsonl").string();
  EXPECT_EQ(run({"session", "export", id, "--file", file}).exit_code, 0);
  EXPECT_EQ(read(file), exported(id));
  struct stat status {};
  ASSERT_EQ(stat(file.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  const ProgramResult failed = run({"session", "export", id, "--file", "/nowhere/out.jsonl"});
  EXPECT_NE(failed.exit_code, 0);
  EXPECT_THAT(complaints(failed), ElementsAre(HasSubstr("/nowhere/out.jsonl")));
}

TEST_F(Sessions, CanBeDeleted) {
  const std::string id = new_session();
  EXPECT_EQ(run({"session", "delete", id}).exit_code, 0);
  const ProgramResult shown = run({"session", "show", id});
  EXPECT_EQ(shown.exit_code, 1);
  EXPECT_THAT(complaints(shown), ElementsAre(HasSubstr(id)));
}

TEST_F(Sessions, ThatDoNotExistAreNamed) {
  EXPECT_THAT(complaints(run({"run", manifest(), "x", "--session", "last"})),
              ElementsAre(HasSubstr("no session yet")));
  EXPECT_THAT(complaints(run({"run", manifest(), "x", "--session", "zzz"})),
              ElementsAre(HasSubstr("zzz")));
}

TEST_F(Sessions, HaveOneUserAtATime) {
  Fifo fifo(path("fifo"));
  const std::string file = write(
      "agent.yaml",
      scripted_manifest(shell_turn("echo > " + fifo.path() + "; sleep 1000") + "- text: Done.\n"));
  Program first(call({"run", file}));
  EXPECT_EQ(fifo.read_line(), "");
  const ProgramResult second = run({"run", file, "--session", "last", "Me too."});
  EXPECT_EQ(second.exit_code, 1);
  EXPECT_THAT(complaints(second),
              ElementsAre(HasSubstr("is in use by process " + std::to_string(first.pid()))));
  first.send(SIGINT);
  EXPECT_EQ(first.wait().exit_code, 130);
}

TEST_F(Sessions, KeepTheirFilesPrivate) {
  static_cast<void>(new_session());
  for (const auto& entry : std::filesystem::directory_iterator(home())) {
    struct stat status {};
    ASSERT_EQ(stat(entry.path().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 077, 0u) << entry.path();
  }
}

TEST_F(Sessions, InAStoreThatIsNoDatabaseAreReportedAndLeftAlone) {
  std::filesystem::create_directories(home());
  const std::string rubbish(8192, 'x');
  std::ofstream(home() / "sessions.db") << rubbish;
  for (const auto& arguments :
       {std::vector<std::string>{"run", manifest()}, std::vector<std::string>{"session", "list"}}) {
    const ProgramResult result = run(arguments);
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_THAT(complaints(result), ElementsAre(HasSubstr("sessions.db"))) << result.err;
  }
  EXPECT_EQ(read(home() / "sessions.db"), rubbish);
  const ProgramResult doctor = run({"doctor"});
  EXPECT_EQ(doctor.exit_code, 1);
  EXPECT_THAT(doctor.out, HasSubstr("BAD sessions:"));
  EXPECT_THAT(sandboxes(), IsEmpty());
}

}  // namespace
}  // namespace sandport::testing

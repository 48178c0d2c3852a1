// What a missing, false or broken plugin says at the command line.
#include <sys/stat.h>

#include "tests/integration/workspace.hpp"

namespace sandport::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class WrongPlugin : public Workspace {
 protected:
  // Uses `tool`, YAML for one toolset.
  ProgramResult use(const std::string& tool) const {
    const std::string text =
        "version: 1\n"
        "prompt: Go on.\n"
        "model: {uses: scripted, with: {turns: [{text: Hi.}]}}\n"
        "sandbox: {uses: local}\n"
        "tools:\n"
        "  - " +
        tool + "\n";
    return run({"run", write("agent.yaml", text)});
  }
  static std::string fixture(const std::string& name) {
    return std::string(SANDPORT_FIXTURES) + "/" + name + ".sandport.so";
  }
};

TEST_F(WrongPlugin, AGoodOneRuns) {
  // Also one made for two majors, and one with a kind that is not known here.
  for (const char* name : {"good", "two_symbols", "unknown_kind"}) {
    const ProgramResult result = use("{uses: fixture, file: " + fixture(name) + "}");
    EXPECT_EQ(result.exit_code, 0) << name << ": " << result.err;
  }
}

TEST_F(WrongPlugin, MissingNamesWhatThereIs) {
  const ProgramResult result = use("{uses: nothing}");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr("agent.yaml:6:12: tools[0].uses: no toolset"));
  EXPECT_THAT(result.err, HasSubstr("files, shell, todo"));
}

TEST_F(WrongPlugin, OfAnotherHashIsRefused) {
  const ProgramResult result = use("{uses: todo, sha256: \"" + std::string(64, 'a') + "\"}");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr("sha256"));
}

TEST_F(WrongPlugin, ThatAnyoneCanWriteIsRefused) {
  const fs::path copy = path("writable.sandport.so");
  fs::copy_file(fixture("good"), copy);
  ASSERT_EQ(chmod(copy.c_str(), 0666), 0);
  const ProgramResult result = use("{uses: fixture, file: " + copy.string() + "}");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr("writ"));
  EXPECT_THAT(result.err, HasSubstr("chmod"));
}

TEST_F(WrongPlugin, ThatIsNoLibraryIsRefused) {
  const ProgramResult result =
      use("{uses: fixture, file: " + write("x.sandport.so", "hello") + "}");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr("not a shared library"));
}

TEST_F(WrongPlugin, ThatHangsInCreateIsGivenUpByName) {
  environment["SANDPORT_PLUGIN_START_TIMEOUT"] = "300ms";
  const ProgramResult result = use("{uses: fixture, file: " + fixture("hangs_in_create") + "}");
  EXPECT_EQ(result.exit_code, 1);
  ASSERT_THAT(complaints(result), SizeIs(1)) << result.err;
  EXPECT_THAT(result.err, HasSubstr("com.example.fixture"));
  EXPECT_THAT(result.err, HasSubstr("within 300 ms"));
  EXPECT_THAT(sandboxes(), IsEmpty());
}

TEST_F(WrongPlugin, ATimeoutThatIsNoneIsRefused) {
  environment["SANDPORT_PLUGIN_START_TIMEOUT"] = "soon";
  const ProgramResult result = use("{uses: todo}");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(complaints(result), ElementsAre(HasSubstr("SANDPORT_PLUGIN_START_TIMEOUT")));
}

TEST_F(WrongPlugin, ThatThrowsInCreateFailsTheRun) {
  for (const char* name : {"throws_in_create", "refuses_create"}) {
    const ProgramResult result = use("{uses: fixture, file: " + fixture(name) + "}");
    EXPECT_NE(result.exit_code, 0) << name;
    EXPECT_EQ(result.signal, 0) << name;
    EXPECT_THAT(complaints(result), SizeIs(1)) << name << ": " << result.err;
    EXPECT_THAT(sandboxes(), IsEmpty());
  }
}

TEST_F(WrongPlugin, ThatBreaksTheTablesRulesIsRefusedWithTheRule) {
  for (const char* name :
       {"no_symbol", "other_major", "no_create", "bad_id", "short_table", "future_host"}) {
    const ProgramResult result = use("{uses: fixture, file: " + fixture(name) + "}");
    EXPECT_EQ(result.exit_code, 2) << name << ": " << result.err;
    EXPECT_THAT(result.err, HasSubstr(std::string("agent.yaml:6:12: tools[0].uses: "))) << name;
  }
}

TEST_F(WrongPlugin, InTheSearchPathDoesNotStopTheOthers) {
  environment["SANDPORT_PLUGIN_PATH"] = SANDPORT_FIXTURES;
  const ProgramResult listed = run({"plugin", "list"});
  EXPECT_EQ(listed.exit_code, 0);
  EXPECT_THAT(listed.out, HasSubstr("scripted"));
  EXPECT_THAT(listed.err, HasSubstr("not loaded:"));
  const ProgramResult doctor = run({"doctor"});
  EXPECT_EQ(doctor.exit_code, 1);
  EXPECT_THAT(doctor.out, HasSubstr("BAD plugin:"));
}

}  // namespace
}  // namespace sandport::testing

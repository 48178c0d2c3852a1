// What the author of a plugin uses: `plugin new` and `plugin check`.
#include "tests/integration/workspace.hpp"

namespace sandport::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class PluginAuthor : public Workspace {
 protected:
  static std::string fixture(const std::string& name) {
    return std::string(SANDPORT_FIXTURES) + "/" + name + ".sandport.so";
  }
  static std::string own(const std::string& name) {
    return std::string(SANDPORT_OWN_PLUGINS) + "/" + name + ".sandport.so";
  }
};

TEST_F(PluginAuthor, NewWritesAProjectOfEachKind) {
  for (const std::string kind : {"toolset", "backend", "model", "template_builder"}) {
    const std::string name = "my-" + kind;
    const ProgramResult result = run({"plugin", "new", name, "--kind", kind});
    ASSERT_EQ(result.exit_code, 0) << result.err;
    EXPECT_THAT(read(path(name) / "CMakeLists.txt"), HasSubstr("project(" + name + " "));
    const std::string source = read(path(name) / (name + ".cpp"));
    EXPECT_THAT(source, HasSubstr("\"com.example." + name + "\""));
    EXPECT_THAT(source, HasSubstr(kind + "_kind<"));
    EXPECT_THAT(source, Not(HasSubstr("my_plugin")));
    EXPECT_THAT(read(path(name) / (name + "_test.cpp")), HasSubstr("int main()"));
    EXPECT_THAT(result.err, HasSubstr("sandport plugin check " + name + "/build"));
  }
}

TEST_F(PluginAuthor, NewOverwritesNothing) {
  std::filesystem::create_directory(path("dice"));
  write("dice/notes", "mine");
  const ProgramResult result = run({"plugin", "new", "dice"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(complaints(result), ElementsAre(HasSubstr("--directory")));
  EXPECT_FALSE(std::filesystem::exists(path("dice/dice.cpp")));
}

TEST_F(PluginAuthor, NewRefusesNamesAndKindsThatAreNone) {
  EXPECT_EQ(run({"plugin", "new", "../dice"}).exit_code, 2);
  EXPECT_EQ(run({"plugin", "new", "dice", "--kind", "die"}).exit_code, 2);
}

TEST_F(PluginAuthor, CheckGoesThroughAToolset) {
  const ProgramResult result = run({"plugin", "check", own("todo")});
  EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
  EXPECT_THAT(result.out, HasSubstr("ok    file: sha256 "));
  EXPECT_THAT(result.out, HasSubstr("ok    load: "));
  EXPECT_THAT(result.out, HasSubstr("ok    toolset todo schema: "));
  EXPECT_THAT(result.out, HasSubstr("ok    toolset todo create: "));
  EXPECT_THAT(result.out, HasSubstr("ok    toolset todo tool todo_read: only reads"));
}

TEST_F(PluginAuthor, CheckAsksForOptionsThatItNeeds) {
  const ProgramResult without = run({"plugin", "check", own("openai")});
  EXPECT_EQ(without.exit_code, 0) << without.out << without.err;
  EXPECT_THAT(without.out, HasSubstr("skip  model openai create: "));
  const ProgramResult with = run({"plugin", "check", own("openai"), "--with", "model=test",
                                  "--with", "base_url=http://127.0.0.1:9/v1"});
  EXPECT_EQ(with.exit_code, 0) << with.out << with.err;
  EXPECT_THAT(with.out, HasSubstr("ok    model openai create: "));
}

TEST_F(PluginAuthor, CheckTriesABackendWhenAskedTo) {
  EXPECT_THAT(run({"plugin", "check", own("local")}).out, HasSubstr("skip  backend local sandbox"));
  const ProgramResult live = run({"plugin", "check", own("local"), "--live", "--output", "json"});
  EXPECT_EQ(live.exit_code, 0) << live.out << live.err;
  std::size_t passed = 0;
  for (const auto& check : nlohmann::json::parse(live.out)) {
    EXPECT_EQ(check["state"], "ok") << check;
    ++passed;
  }
  EXPECT_GT(passed, 8u);
  EXPECT_THAT(sandboxes(), IsEmpty());
}

TEST_F(PluginAuthor, CheckNamesWhatIsWrong) {
  const ProgramResult none = run({"plugin", "check", fixture("no_symbol")});
  EXPECT_EQ(none.exit_code, 1);
  EXPECT_THAT(none.out, HasSubstr("BAD   file: "));
  EXPECT_THAT(none.out, HasSubstr("sandport_v1"));
  const ProgramResult refuses = run({"plugin", "check", fixture("refuses_create")});
  EXPECT_EQ(refuses.exit_code, 1);
  EXPECT_THAT(refuses.out, HasSubstr("BAD   toolset fixture create: "));
  EXPECT_EQ(run({"plugin", "check", "nowhere.sandport.so"}).exit_code, 1);
}

}  // namespace
}  // namespace sandport::testing

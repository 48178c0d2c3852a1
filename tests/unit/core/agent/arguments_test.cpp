#include "tests/unit/core/agent/agent_testing.hpp"

#include <nlohmann/json.hpp>

namespace sandport::testing {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class Arguments : public LoopTest {};

TEST_F(Arguments, ThatAreEmptyStandForAnEmptyObject) {
  add_tool("look", "a tree");
  model.then(say("", {{"c1", "look", ""}})).then(say("done"));
  run("go");
  EXPECT_THAT(tools->used, ElementsAre("look {}"));
}

TEST_F(Arguments, ThatAreNoObjectAreAnsweredAndNeverStored) {
  add_tool("look", "a tree");
  for (const std::string broken : {R"({"a":1} and more)", R"([1])", R"("text")", R"({"a":)"}) {
    model.then(say("", {{"c1", "look", broken}})).then(say("done"));
    run("go");
    const auto messages = seen();
    EXPECT_EQ(messages[messages.size() - 2], "assistant: <c1 look {}>") << broken;
    EXPECT_THAT(messages.back(), AllOf(HasSubstr("was not run"), HasSubstr("(error)"))) << broken;
    EXPECT_THAT(log->payloads("assistant_message").back(), Not(HasSubstr("arguments_text")));
  }
  EXPECT_THAT(tools->used, IsEmpty());
}

TEST_F(Arguments, ThatDoNotFitTheSchemaAreAnsweredWithWhatIsWrong) {
  add_tool("look", "a tree");
  config.check_arguments = [](const ToolDefinition& tool,
                              const nlohmann::json& arguments) -> std::optional<std::string> {
    if (arguments.contains("at")) return std::nullopt;
    return tool.name + " needs `at`";
  };
  model.then(say("", {{"c1", "look"}, {"c2", "look", R"({"at":1})"}})).then(say("done"));
  run("go");
  EXPECT_THAT(tools->used, ElementsAre(R"(look {"at":1})"));
  EXPECT_THAT(seen()[2], AllOf(HasSubstr("look needs `at`"), HasSubstr("(error)")));
  EXPECT_EQ(seen()[3], "tool: a tree");
}

TEST_F(Arguments, KeepTheModelsOrderOfKeys) {
  add_tool("look", "a tree");
  model.then(say("", {{"c1", "look", R"({"z":1,"a":2})"}})).then(say("done"));
  run("go");
  EXPECT_THAT(tools->used, ElementsAre(R"(look {"z":1,"a":2})"));
  EXPECT_EQ(seen()[1], R"(assistant: <c1 look {"z":1,"a":2}>)");
}

TEST_F(Arguments, OfAnUnknownToolAreAnsweredWithTheNearestNames) {
  add_tool("fs_read", "x");
  add_tool("bash_run", "x");
  model.then(say("", {{"c1", "fs_reed"}})).then(say("done"));
  run("go");
  EXPECT_THAT(seen()[2],
              AllOf(HasSubstr("no tool `fs_reed`"), HasSubstr("`fs_read`"), HasSubstr("(error)")));
}

}  // namespace
}  // namespace sandport::testing

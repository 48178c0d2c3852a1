// `sandport batch`: a result per prompt, going on after a kill, input that is wrong.
#include <csignal>
#include <set>

#include "tests/integration/workspace.hpp"

namespace sandport::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Batch : public Workspace {
 protected:
  ProgramOptions batch(const std::string& manifest, std::string_view input) const {
    return call({"batch", manifest, "--input", write("in.jsonl", input), "--output",
                 path("out.jsonl").string(), "--concurrency", "2"});
  }
  ProgramResult go(std::string_view turns, std::string_view input) const {
    return Program(batch(write("agent.yaml", scripted_manifest(turns)), input)).wait();
  }
  std::vector<nlohmann::json> results() const { return json_lines(read(path("out.jsonl"))); }
};

TEST_F(Batch, WritesALinePerPrompt) {
  const ProgramResult result = go(shell_turn("echo hello > file; cat file") + "- text: Done.\n",
                                  "{\"id\": \"a\", \"prompt\": \"One\"}\n"
                                  "{\"prompt\": \"Two\"}\n"
                                  "\n"
                                  "{\"id\": 7, \"prompt\": \"Three\"}\n");
  EXPECT_EQ(result.exit_code, 0) << result.err;
  std::set<std::string> ids;
  for (const auto& line : results()) {
    ids.insert(line["id"].get<std::string>());
    EXPECT_EQ(line["reason"], "finished") << line;
    EXPECT_EQ(line["text"], "Done.");
    EXPECT_EQ(line["schema_version"], 1);
    EXPECT_EQ(run({"session", "show", line["session_id"].get<std::string>()}).exit_code, 0);
  }
  EXPECT_THAT(ids, ElementsAre("2", "7", "a"));
  EXPECT_THAT(sandboxes(), IsEmpty());
}

TEST_F(Batch, GoesOnAfterAKill) {
  Fifo fifo(path("fifo"));
  const std::string manifest =
      write("agent.yaml",
            scripted_manifest(shell_turn("test -e " + path("go").string() + " || { echo > " +
                                         fifo.path() + "; exec sleep 1000; }") +
                              "- text: Done.\n"));
  const std::string quick = write("quick.yaml", scripted_manifest("- text: Done.\n"));
  const std::string input =
      "{\"id\": \"a\", \"prompt\": \"One\"}\n{\"id\": \"b\", \"prompt\": \"Two\"}\n";
  EXPECT_EQ(Program(batch(quick, "{\"id\": \"a\", \"prompt\": \"One\"}\n")).wait().exit_code, 0);
  {
    Program program(batch(manifest, input));
    EXPECT_EQ(fifo.read_line(), "");
    program.send(SIGKILL);
    EXPECT_EQ(program.wait().signal, SIGKILL);
  }
  write("go", "");
  const ProgramResult again = Program(batch(manifest, input)).wait();
  EXPECT_EQ(again.exit_code, 0) << again.err;
  EXPECT_THAT(again.err, HasSubstr("1 items are finished"));
  const auto lines = results();
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[1]["id"], "b");
}

TEST_F(Batch, StopsInOrderAtAnInterrupt) {
  Fifo fifo(path("fifo"));
  const std::string manifest = write(
      "agent.yaml", scripted_manifest(shell_turn("echo > " + fifo.path() + "; exec sleep 1000") +
                                      "- text: Done.\n"));
  Program program(
      batch(manifest, "{\"prompt\": \"One\"}\n{\"prompt\": \"Two\"}\n{\"prompt\": \"3\"}\n"));
  EXPECT_EQ(fifo.read_line(), "");
  EXPECT_EQ(fifo.read_line(), "");
  program.send(SIGINT);
  const ProgramResult result = program.wait();
  EXPECT_EQ(result.exit_code, 130) << result.err;
  EXPECT_THAT(complaints(result), ElementsAre(HasSubstr("interrupted"))) << result.err;
  EXPECT_THAT(sandboxes(), IsEmpty());
}

TEST_F(Batch, SaysWhichFailed) {
  const ProgramResult result =
      go("- fault: {code: unauthenticated, message: the key is wrong, times: 0}\n",
         "{\"id\": \"a\", \"prompt\": \"One\"}\n");
  EXPECT_EQ(result.exit_code, 1);
  ASSERT_EQ(results().size(), 1u);
  EXPECT_EQ(results()[0]["reason"], "failed");
  EXPECT_THAT(results()[0]["message"].get<std::string>(), HasSubstr("the key is wrong"));
}

TEST_F(Batch, RefusesWrongInputBeforeAnythingRuns) {
  const std::pair<const char*, const char*> kWrong[] = {
      {"{\"prompt\": \"One\"}\nnot json\n", "in.jsonl:2: "},
      {"{\"prompt\": 5}\n", "in.jsonl:1: "},
      {"{\"id\": \"a\", \"prompt\": \"x\"}\n{\"id\": \"a\", \"prompt\": \"y\"}\n", "stands twice"}};
  for (const auto& [input, message] : kWrong) {
    const ProgramResult result = go("- text: Done.\n", input);
    EXPECT_EQ(result.exit_code, 2) << input;
    EXPECT_THAT(complaints(result), ElementsAre(HasSubstr(message)));
  }
  EXPECT_FALSE(std::filesystem::exists(path("out.jsonl")));
  EXPECT_FALSE(std::filesystem::exists(home() / "sessions.db"));
}

TEST_F(Batch, RaisesTheLimitOfOpenFilesAsFarAsItMay) {
  std::string input;
  for (int i = 0; i < 60; ++i) input += "{\"prompt\": \"One\"}\n";
  const std::string manifest =
      write("agent.yaml", scripted_manifest(shell_turn("echo hello") + "- text: Done.\n"));
  ProgramOptions options = batch(manifest, input);
  options.arguments.back() = "60";
  options.soft_descriptors = 48;
  options.hard_descriptors = 1024;
  const ProgramResult result = Program(options).wait();
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(complaints(result), IsEmpty());
  EXPECT_EQ(results().size(), 60u);
}

TEST_F(Batch, SaysThatTooFewFilesMayBeOpen) {
  std::string input;
  for (int i = 0; i < 200; ++i) input += "{\"prompt\": \"One\"}\n";
  ProgramOptions options = batch(write("agent.yaml", scripted_manifest("- text: Done.\n")), input);
  options.arguments.back() = "200";
  options.soft_descriptors = 100;
  options.hard_descriptors = 200;
  const ProgramResult result = Program(options).wait();
  EXPECT_THAT(complaints(result), ::testing::Contains(HasSubstr("ulimit -Hn")));
}

TEST_F(Batch, LeavesAFileAloneThatHoldsSomethingElse) {
  write("out.jsonl", "My notes.\nMore.\n");
  const ProgramResult result = go("- text: Done.\n", "{\"prompt\": \"One\"}\n");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_EQ(read(path("out.jsonl")), "My notes.\nMore.\n");
}

}  // namespace
}  // namespace sandport::testing

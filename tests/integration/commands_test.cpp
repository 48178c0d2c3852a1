// The commands that run no agent, the help, and completion.
#include <array>
#include <cstdio>

#include "tests/integration/workspace.hpp"

namespace sandport::testing {
namespace {

using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class Commands : public Workspace {
 protected:
  std::string manifest() const {
    return write("agent.yaml", scripted_manifest("- text: Hello.\n"));
  }
};

TEST_F(Commands, ValidateSaysYesAndNo) {
  const ProgramResult good = run({"validate", manifest()});
  EXPECT_EQ(good.exit_code, 0) << good.err;
  EXPECT_THAT(good.out, HasSubstr("ok"));
  EXPECT_EQ(run({"validate", manifest(), "--output", "json"}).out, "{\"valid\":true}\n");
  const std::string wrong = write("wrong.yaml", "version: 1\nmodle: x\n");
  EXPECT_EQ(run({"validate", wrong}).exit_code, 2);
  const ProgramResult json = run({"validate", wrong, "--output", "json"});
  EXPECT_EQ(json.exit_code, 2);
  EXPECT_EQ(nlohmann::json::parse(json.out)["valid"], false);
}

TEST_F(Commands, ValidateAcceptsTheManifestsOfTheTree) {
  for (const char* name : {"quickstart", "local"}) {
    const ProgramResult result =
        run({"validate", std::string(SANDPORT_SOURCE "/manifests/") + name + ".yaml"});
    EXPECT_EQ(result.exit_code, 0) << name << ": " << result.err;
  }
}

TEST_F(Commands, ConfigShowsWhatHoldsAndNoSecret) {
  environment["KIMI_API_KEY"] = "sk-recognisable-0123456789";
  for (const char* format : {"text", "json"}) {
    const ProgramResult result = run({"config", SANDPORT_SOURCE "/manifests/local.yaml", "--set",
                                      "agent.max_steps=7", "--output", format});
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_THAT(result.out, Not(HasSubstr("sk-recognisable")));
    EXPECT_THAT(result.out, HasSubstr("api_key"));
    EXPECT_THAT(result.out, HasSubstr("\"***\""));
    EXPECT_THAT(result.out, AnyOf(HasSubstr("max_steps: 7"), HasSubstr("\"max_steps\": 7")));
  }
}

TEST_F(Commands, ConfigPrintsAManifest) {
  const ProgramResult result = run({"config", manifest()});
  const ProgramResult again = run({"run", write("again.yaml", result.out)});
  EXPECT_EQ(again.exit_code, 0) << again.err;
  EXPECT_EQ(again.out, "Hello.\n");
}

TEST_F(Commands, SchemaIsJsonWithThePluginsOptions) {
  const ProgramResult result = run({"schema"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  const auto schema = nlohmann::json::parse(result.out);
  EXPECT_TRUE(schema.contains("$schema"));
  EXPECT_TRUE(schema["properties"].contains("sandbox"));
  EXPECT_THAT(result.out, HasSubstr("inherit_env"));
}

TEST_F(Commands, PluginListAndShow) {
  const ProgramResult listed = run({"plugin", "list"});
  for (const char* name : {"files", "local", "openai", "scripted", "shell", "todo"}) {
    EXPECT_THAT(listed.out, HasSubstr(name));
  }
  EXPECT_GE(nlohmann::json::parse(run({"plugin", "list", "--output", "json"}).out).size(), 6u);
  const ProgramResult shown = run({"plugin", "show", "openai"});
  EXPECT_THAT(shown.out, HasSubstr("sha256: "));
  EXPECT_THAT(shown.out, HasSubstr("base_url"));
  const ProgramResult missing = run({"plugin", "show", "nothing"});
  EXPECT_EQ(missing.exit_code, 1);
  EXPECT_THAT(complaints(missing), ElementsAre(HasSubstr("nothing")));
}

TEST_F(Commands, TheHashThatPluginShowPrintsIsTheOneToPin) {
  const auto shown = nlohmann::json::parse(run({"plugin", "show", "todo", "--output", "json"}).out);
  const std::string pinned = write(
      "pinned.yaml",
      "version: 1\nmodel: {uses: scripted, with: {turns: [{text: Hi.}]}}\nsandbox: {uses: local}\n"
      "tools: [{uses: todo, sha256: \"" +
          shown["sha256"].get<std::string>() + "\"}]\n");
  EXPECT_EQ(run({"validate", pinned}).exit_code, 0);
}

TEST_F(Commands, DoctorFindsAHealthyInstallation) {
  const ProgramResult result = run({"doctor"});
  EXPECT_EQ(result.exit_code, 0) << result.out;
  for (const auto& check : nlohmann::json::parse(run({"doctor", "--output", "json"}).out)) {
    EXPECT_EQ(check["ok"], true) << check;
  }
}

TEST_F(Commands, SandboxesAreListedReachedAndDisposedOf) {
  const std::string file = manifest();
  EXPECT_EQ(run({"run", file, "--set", "sandbox.on_exit=keep"}).exit_code, 0);
  const auto listed = nlohmann::json::parse(run({"sandbox", "list", file, "--output", "json"}).out);
  ASSERT_EQ(listed.size(), 1u) << listed;
  const std::string id = listed[0]["id"];
  EXPECT_THAT(run({"sandbox", "list", file}).out, HasSubstr(id));
  const ProgramResult url = run({"sandbox", "url", file, id, "8080"});
  EXPECT_EQ(url.exit_code, 0) << url.err;
  EXPECT_THAT(url.out, HasSubstr("8080"));
  EXPECT_EQ(run({"sandbox", "url", file, id, "no-port"}).exit_code, 2);
  const ProgramResult paused = run({"sandbox", "pause", file, id});
  EXPECT_NE(paused.exit_code, 0);
  EXPECT_THAT(complaints(paused), ElementsAre(HasSubstr("pause")));
  const std::string session = last_session()["id"];
  EXPECT_EQ(run({"sandbox", "dispose", file, "--label", "sandport.session=" + session}).exit_code,
            0);
  EXPECT_THAT(sandboxes(), IsEmpty());
  EXPECT_EQ(run({"sandbox", "dispose", file}).exit_code, 2);
}

TEST_F(Commands, EveryHelpHasAnExample) {
  const std::vector<std::vector<std::string>> kAll{{},
                                                   {"run"},
                                                   {"chat"},
                                                   {"batch"},
                                                   {"exec"},
                                                   {"config"},
                                                   {"schema"},
                                                   {"validate"},
                                                   {"plugin"},
                                                   {"session"},
                                                   {"doctor"},
                                                   {"sandbox"},
                                                   {"completion"},
                                                   {"plugin", "list"},
                                                   {"plugin", "show"},
                                                   {"plugin", "check"},
                                                   {"plugin", "new"},
                                                   {"session", "list"},
                                                   {"session", "show"},
                                                   {"session", "fork"},
                                                   {"session", "export"},
                                                   {"session", "delete"},
                                                   {"sandbox", "list"},
                                                   {"sandbox", "url"},
                                                   {"sandbox", "pause"},
                                                   {"sandbox", "dispose"}};
  for (std::vector<std::string> words : kAll) {
    words.push_back("--help");
    const ProgramResult help = run(words);
    EXPECT_EQ(help.exit_code, 0) << words[0];
    EXPECT_THAT(help.out, HasSubstr("xample")) << words[0] << ' ' << words[words.size() - 2];
    EXPECT_THAT(help.out, HasSubstr("  sandport ")) << words[0];
  }
  EXPECT_THAT(run({"--version"}).out, HasSubstr("sandport 0."));
}

TEST_F(Commands, CompletionWorksInBash) {
  const std::string script = write("completion.bash", run({"completion", "bash"}).out);
  const auto complete = [&](const std::string& words) {
    const std::string shell = "bash -c 'source " + script + "; COMP_WORDS=(" + words +
                              "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); "
                              "_sandport; echo \"${COMPREPLY[@]}\"' 2>&1";
    FILE* pipe = popen(shell.c_str(), "r");
    std::array<char, 4096> buffer{};
    const std::size_t size = fread(buffer.data(), 1, buffer.size(), pipe);
    EXPECT_EQ(pclose(pipe), 0);
    return std::string(buffer.data(), size);
  };
  EXPECT_EQ(complete("sandport ses"), "session\n");
  EXPECT_EQ(complete("sandport session fo"), "fork\n");
  EXPECT_EQ(complete("sandport run agent.yaml --ses"), "--session\n");
  EXPECT_EQ(complete("sandport session export 01jd --fi"), "--file\n");
  EXPECT_THAT(run({"completion", "zsh"}).out, HasSubstr("#compdef sandport"));
  EXPECT_THAT(run({"completion", "fish"}).out, HasSubstr("complete -c sandport"));
  EXPECT_EQ(run({"completion", "tcsh"}).exit_code, 2);
}

}  // namespace
}  // namespace sandport::testing

// The program with the E2B backend, on an emulated cloud: the shipped manifest, from first run to
// the commands that look after sandboxes.
#include <gmock/gmock.h>

#include "tests/emulators/e2b/emulator.hpp"
#include "tests/integration/workspace.hpp"

namespace sandport::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using Json = nlohmann::json;

class E2bProgram : public Workspace {
 protected:
  E2bProgram() {
    environment["E2B_API_KEY"] = cloud_.api_key();
    environment["E2B_API_URL"] = cloud_.url();
    environment["E2B_SANDBOX_URL"] = cloud_.url();
    environment["KIMI_API_KEY"] = "not used";
  }
  // The shipped manifest; `more` goes over it.
  std::string manifest(const std::string& more) const {
    return write("agent.yaml", "extends: " SANDPORT_SOURCE "/manifests/e2b.yaml\n" + more);
  }
  // The quickstart's scripted model and its prompt.
  static std::string quickstart_task() {
    const std::string text = read(SANDPORT_SOURCE "/manifests/quickstart.yaml");
    const auto prompt = text.find("\nprompt:");
    return text.substr(prompt + 1);
  }
  std::string talk(const std::string& text, const std::string& more = "") const {
    return manifest("model: {uses: scripted, with: {turns: [{text: " + text + "}]}}\n" + more);
  }

  e2b_emulator::Emulator cloud_;
};

TEST_F(E2bProgram, TheShippedManifestDoesTheQuickstartTask) {
  const ProgramResult result = run({"run", manifest(quickstart_task())});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("2 3 5 7 11 13 17 19 23 29"));
  EXPECT_THAT(cloud_.sandboxes(), IsEmpty());  // what we made, we end
  EXPECT_THAT(result.out + result.err, Not(HasSubstr(cloud_.api_key())));
}

TEST_F(E2bProgram, ASandboxIsResumedByItsIdInASecondProcess) {
  const std::string kept = manifest(quickstart_task() + "\nsandbox: {on_exit: keep}\n");
  ASSERT_EQ(run({"run", kept}).exit_code, 0);
  ASSERT_EQ(cloud_.sandboxes().size(), 1u);
  environment["E2B_SANDBOX_ID"] = cloud_.sandboxes()[0];
  const ProgramResult found = run({"exec", manifest(""), "--", "cat", "primes.txt"});
  EXPECT_EQ(found.exit_code, 0) << found.err;
  EXPECT_THAT(found.out, HasSubstr("29\n"));
  EXPECT_EQ(cloud_.sandboxes().size(), 1u);  // not ours to end
}

TEST_F(E2bProgram, ASandboxIsPausedAtTheEndAndWokenByTheSession) {
  const std::string agent = talk("Hello.", "sandbox: {on_exit: pause}\n");
  ASSERT_EQ(run({"run", agent, "Hi."}).exit_code, 0);
  const auto listed = Json::parse(run({"sandbox", "list", agent, "--output", "json"}).out);
  ASSERT_EQ(listed.size(), 1u);
  EXPECT_EQ(listed[0].at("state"), "paused");
  EXPECT_EQ(listed[0].at("labels").at("sandport.session"), last_session().at("id"));
}

TEST_F(E2bProgram, SandboxesAreListedPublishedPausedAndEnded) {
  const std::string agent = talk("Hello.", "sandbox: {on_exit: keep}\n");
  for (int i = 0; i < 2; ++i) ASSERT_EQ(run({"run", agent, "Hi."}).exit_code, 0);
  const auto ids = cloud_.sandboxes();
  ASSERT_EQ(ids.size(), 2u);
  EXPECT_THAT(run({"sandbox", "list", agent}).out, HasSubstr(ids[1]));
  EXPECT_EQ(run({"sandbox", "url", agent, ids[0], "8080"}).out,
            "https://8080-" + ids[0] + ".e2b.app\n");
  EXPECT_EQ(run({"sandbox", "pause", agent, ids[0]}).exit_code, 0);
  const auto listed = Json::parse(run({"sandbox", "list", agent, "--output", "json"}).out);
  for (const Json& info : listed) {
    EXPECT_EQ(info.at("state"), info.at("id") == ids[0] ? "paused" : "running");
  }
  EXPECT_EQ(run({"sandbox", "dispose", agent, ids[0]}).exit_code, 0);
  EXPECT_THAT(cloud_.sandboxes(), ElementsAre(ids[1]));
  EXPECT_EQ(run({"sandbox", "dispose", agent, "--label", "sandport.agent=e2b-coder"}).exit_code, 0);
  EXPECT_THAT(cloud_.sandboxes(), IsEmpty());
}

TEST_F(E2bProgram, AWrongKeyIsOneLine) {
  environment["E2B_API_KEY"] = "e2b_0000000000000000000000000000000000000000";
  const ProgramResult result = run({"run", talk("Hello."), "Hi."});
  EXPECT_NE(result.exit_code, 0);
  EXPECT_THAT(result.err, HasSubstr("E2B: API key refused (401)"));
  EXPECT_THAT(result.err, Not(HasSubstr("e2b_00000000")));
}

}  // namespace
}  // namespace sandport::testing

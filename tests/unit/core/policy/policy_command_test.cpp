#include <gmock/gmock.h>

#include "tests/unit/core/policy/policy_testing.hpp"

namespace sandport::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

PolicyRules deny_push() { return {rules({"bash_run(git push *)"}), {}, {}, Action::kAllow}; }

PolicyRules allow_some() {
  return {rules({"bash_run(git push *)"}),
          {},
          rules({"bash_run(git *)", "bash_run(ls *)", "bash_run(cd *)", "bash_run(find *)",
                 "bash_run(sudo apt *)", "bash_run(make \"all of it\")"}),
          Action::kAsk};
}

class DeniedCommand : public ::testing::TestWithParam<const char*> {};

TEST_P(DeniedCommand, IsDenied) {
  EXPECT_EQ(decide_command(deny_push(), GetParam()).action, Action::kDeny);
  EXPECT_EQ(decide_command(allow_some(), GetParam()).action, Action::kDeny);
}

INSTANTIATE_TEST_SUITE_P(
    Policy, DeniedCommand,
    ::testing::Values("git push", "git push origin", "FOO=1 git  push origin",
                      "cd x; git push origin", "ls && git push", "ls | git push", "(git push)",
                      "if ls; then git push; fi", "ls $(git push)", "ls \"`git push`\"",
                      "g\"i\"t 'push' x", "\\git push", "/usr/bin/git push", "git push > log",
                      "git push 2>&1", "sudo git push", "sudo -u root -n git push",
                      "env -i A=1 git push", "timeout -s KILL 5 git push", "nohup git push &",
                      "nice -n 5 git push", "echo x | xargs -n 1 git push", "time git push",
                      "time ! git push", "command git push", "exec git push", "sh -c 'git push'",
                      "bash -lc \"ls; git push\"", "bash -e -c 'git push' x",
                      "sudo sh -c 'git push'", "eval git push", "eval 'git push'",
                      "trap 'git push' EXIT", "find . -exec git push {} \\;",
                      "su user -c 'git push'", "stdbuf -oL git push", "cat <<E\n$(git push)\nE",
                      "f() { git push; }; f", "X=$(git push)", "ls # x\ngit push", "git push; '",
                      "busybox sh -c 'git push'"));

TEST(PolicyCommand, LeavesWhatOnlyLooksDenied) {
  for (const char* command :
       {"git pushx", "git pull", "echo 'git push'", "echo git push", "xgit push", "ls # git push",
        "echo \"a; git push\"", "cat <<'E'\ngit push\nE", "command -v git", "git log > push"}) {
    EXPECT_EQ(decide_command(deny_push(), command).action, Action::kAllow) << command;
  }
}

TEST(PolicyCommand, AsksWhenAnExpansionMayMakeItDenied) {
  for (const char* command :
       {"git $X", "$X push", "git \"$X\"", "$CMD", "git $E push", "git pus*", "{git,push}",
        "git {push,pull}", "echo push | xargs git", "xargs -I{} git {}", "xargs -I $X git $X",
        "sh -c \"$X\"", "env -S 'git push'", "eval \"$X\"", "watch git push", "sudo $X git push",
        "git p'"}) {
    const Decision decision = decide_command(deny_push(), command);
    EXPECT_EQ(decision.action, Action::kAsk) << command;
    EXPECT_THAT(decision.session_rules, IsEmpty()) << command;
    EXPECT_FALSE(decision.reason.empty()) << command;
  }
  EXPECT_EQ(decide_command(deny_push(), "echo $X").action, Action::kAllow);
}

TEST(PolicyCommand, AllowsWhenEachSimpleCommandIsAllowed) {
  for (const char* command :
       {"git", "git status", "cd x && git log | ls", "FOO=1 git diff", "ls $X *.c \"a b\"",
        "/usr/bin/git log", "git log 2>/dev/null", "timeout 5 git log", "sh -c 'cd x; ls'",
        "for f in *; do ls \"$f\"; done", "X=1; ls", "find . -exec ls {} +", "sudo apt update",
        "make 'all of it'", "ls | xargs ls"}) {
    EXPECT_EQ(decide_command(allow_some(), command).action, Action::kAllow) << command;
  }
}

TEST(PolicyCommand, AsksWhenOnePartIsNotAllowed) {
  for (const char* command : {"git status; rm x",
                              "ls $(rm x)",
                              "ls > file",
                              "(ls) > file",
                              "gitx",
                              "./git status",
                              "/tmp/git status",
                              "'git status'",
                              "$X",
                              "LD_PRELOAD=./x.so git log",
                              "PATH=.; git log",
                              "env PATH=. git log",
                              "sudo git log",
                              "bash script.sh",
                              "bash evil.sh -c 'git log'",
                              "bash --rcfile x -c ls",
                              "find . -exec rm {} +",
                              "make all of it",
                              "git log; 'x",
                              "git log &> x ls",
                              "ls; (( x ))"}) {
    EXPECT_EQ(decide_command(allow_some(), command).action, Action::kAsk) << command;
  }
}

TEST(PolicyCommand, AllowsWritingOnlyByAPatternThatSaysSo) {
  const PolicyRules given{{}, {}, rules({"bash_run(echo * > out/*)"}), Action::kAsk};
  EXPECT_EQ(decide_command(given, "echo hi > out/a").action, Action::kAllow);
  EXPECT_EQ(decide_command(given, "echo hi > /etc/passwd").action, Action::kAsk);
}

TEST(PolicyCommand, TrustsAToolThatIsAllowedAsAWhole) {
  const PolicyRules given{{}, {}, rules({"bash_run"}), Action::kAsk};
  for (const char* command : {"rm -rf x > y", "$X", "((x))", "'"}) {
    EXPECT_EQ(decide_command(given, command).action, Action::kAllow) << command;
  }
  PolicyRules with_deny = given;
  with_deny.deny = rules({"bash_run(git push *)"});
  EXPECT_EQ(decide_command(with_deny, "((x))").action, Action::kAsk);
}

TEST(PolicyCommand, DeniesAToolThatIsDeniedAsAWhole) {
  const PolicyRules given{rules({"bash_run"}), {}, rules({"bash_run(ls *)"}), Action::kAllow};
  for (const char* command : {"ls", "X=1", "'", ""}) {
    EXPECT_EQ(decide_command(given, command).action, Action::kDeny) << command;
  }
}

TEST(PolicyCommand, OffersRulesForTheSessionThatAllowTheCall) {
  const PolicyRules given{
      rules({"bash_run(git push *)"}), rules({"bash_run(*)"}), {}, Action::kAsk};
  for (const char* command :
       {"npm install x; cargo build", "timeout 5 npm test", "ls -l", "sh -c 'npm run a'"}) {
    const Decision decision = decide_command(given, command);
    ASSERT_EQ(decision.action, Action::kAsk);
    std::vector<Rule> approved;
    for (const std::string& text : decision.session_rules) {
      approved.push_back(std::get<Rule>(parse_rule(text)));
    }
    EXPECT_FALSE(approved.empty()) << command;
    EXPECT_EQ(decide_command(given, command, approved).action, Action::kAllow) << command;
    EXPECT_EQ(decide_command(given, "git push", approved).action, Action::kDeny);
    EXPECT_EQ(decide_command(given, "rm x", approved).action, Action::kAsk);
  }
  EXPECT_THAT(decide_command(given, "npm install x; ls -l").session_rules,
              ElementsAre("bash_run(npm install *)", "bash_run(ls *)"));
  EXPECT_THAT(decide_command(given, "$X").session_rules, IsEmpty());
}

TEST(PolicyCommand, NamesTheRuleTheKeyAndTheCommand) {
  const Decision decision = decide_command(deny_push(), "ls; git push origin");
  EXPECT_EQ(decision.rule, "bash_run(git push *)");
  EXPECT_EQ(decision.key, "permissions.deny[0]");
  EXPECT_THAT(decision.reason, HasSubstr("`git push origin` is denied by the rule"));
}

}  // namespace
}  // namespace sandport::testing

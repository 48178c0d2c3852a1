#include "core/policy/policy.hpp"

#include <gmock/gmock.h>

#include "tests/unit/core/policy/policy_testing.hpp"

namespace sandport::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Action act(const PolicyRules& given, const char* tool, const char* arguments) {
  return Policy(given).decide({tool, arguments, "/w"}, Attendance::kAttended).action;
}

TEST(Policy, AllowsEverythingWithoutRules) {
  EXPECT_EQ(Policy().decide({"x", "{}"}, Attendance::kUnattended).action, Action::kAllow);
}

TEST(Policy, PutsDenyBeforeAskBeforeAllowBeforeTheDefault) {
  const PolicyRules given{rules({"a*"}), rules({"*b*"}), rules({"*c*"}), Action::kDeny};
  EXPECT_EQ(act(given, "abc", "{}"), Action::kDeny);
  EXPECT_EQ(act(given, "bc", "{}"), Action::kAsk);
  EXPECT_EQ(act(given, "c", "{}"), Action::kAllow);
  EXPECT_EQ(act(given, "d", "{}"), Action::kDeny);
}

TEST(Policy, DeniesWhatWouldAskWhenNobodyIsThere) {
  const PolicyRules given{{}, rules({"web_*"}), {}, Action::kAsk};
  const Decision decision = Policy(given).decide({"web_get", "{}"}, Attendance::kUnattended);
  EXPECT_EQ(decision.action, Action::kDeny);
  EXPECT_THAT(decision.reason, HasSubstr("web_*"));
  EXPECT_THAT(decision.reason, HasSubstr("permissions.ask[0]"));
  EXPECT_THAT(decision.reason, HasSubstr("permissions.allow"));
  const Decision by_default = Policy(given).decide({"other", "{}"}, Attendance::kUnattended);
  EXPECT_THAT(by_default.reason, HasSubstr("permissions.default"));
}

TEST(Policy, MatchesPathsAsTheyReallyAre) {
  const PolicyRules given{rules({"fs_*(/etc)", "fs_*(.env)", "fs_write(keys/**)"}),
                          {},
                          rules({"fs_*(src/**)", "fs_read(*.md)"}),
                          Action::kAsk};
  EXPECT_EQ(decide_path(given, "fs_read", "/etc/passwd").action, Action::kDeny);
  EXPECT_EQ(decide_path(given, "fs_read", "src/../../etc/passwd").action, Action::kDeny);
  EXPECT_EQ(decide_path(given, "fs_read", "/etcx").action, Action::kAsk);
  EXPECT_EQ(decide_path(given, "fs_read", "src/deep/.env").action, Action::kDeny);
  EXPECT_EQ(decide_path(given, "fs_read", "~/.env").action, Action::kDeny);
  EXPECT_EQ(decide_path(given, "fs_write", "/w/keys/a").action, Action::kDeny);
  EXPECT_EQ(decide_path(given, "fs_write", "src/a/b.c").action, Action::kAllow);
  EXPECT_EQ(decide_path(given, "fs_list", "src").action, Action::kAllow);
  EXPECT_EQ(decide_path(given, "fs_write", "src/../x").action, Action::kAsk);
  EXPECT_EQ(decide_path(given, "fs_read", "a/b/README.md").action, Action::kAllow);
  EXPECT_EQ(decide_path(given, "fs_read", "~/x").action, Action::kAsk);
}

TEST(Policy, ChecksEveryPathOfACall) {
  const PolicyRules given{{}, {}, rules({"fs_*(src/**)"}), Action::kAsk};
  EXPECT_EQ(act(given, "fs_move", R"({"source":"src/a","destination":"src/b"})"), Action::kAllow);
  EXPECT_EQ(act(given, "fs_move", R"({"source":"src/a","destination":"/b"})"), Action::kAsk);
  EXPECT_EQ(act(given, "fs_glob", R"({"path":"src","pattern":"**/*.c"})"), Action::kAllow);
  EXPECT_EQ(act(given, "fs_glob", R"({"path":"src","pattern":"../**"})"), Action::kAsk);
  EXPECT_EQ(act(given, "fs_list", "{}"), Action::kAsk);
}

TEST(Policy, MatchesAnyStringOfOtherToolsButAllowsOnlyWhenAllFit) {
  const PolicyRules given{rules({"web(*evil*)"}), {}, rules({"web(https://ok/*)"}), Action::kAsk};
  EXPECT_EQ(act(given, "web", R"({"url":"https://ok/x"})"), Action::kAllow);
  EXPECT_EQ(act(given, "web", R"({"url":"https://no/x","note":"https://ok/x"})"), Action::kAsk);
  EXPECT_EQ(act(given, "web", R"({"a":[{"b":"an evil one"}]})"), Action::kDeny);
  EXPECT_EQ(act(given, "web", "{}"), Action::kAsk);
}

TEST(Policy, DoesNotAllowArgumentsThatCannotBeReadByAPattern) {
  const PolicyRules given{{}, {}, rules({"bash_run(ls *)", "fs_*"}), Action::kAsk};
  for (const char* arguments : {"", "[]", "{", "{}", R"({"cmd":7})", R"({"command":7})",
                                R"({"cmd":"ls x","command":"ls x"})"}) {
    EXPECT_EQ(act(given, "bash_run", arguments), Action::kAsk) << arguments;
  }
  EXPECT_EQ(act(given, "fs_read", "[]"), Action::kAllow) << "the tool itself is allowed";
}

TEST(Policy, FindsTheCommandUnderEitherOfItsNames) {
  const PolicyRules given{{}, {}, rules({"bash_run(ls *)"}), Action::kAsk};
  EXPECT_EQ(act(given, "bash_run", R"({"cmd":"ls x"})"), Action::kAllow);
  EXPECT_EQ(act(given, "bash_run", R"({"command":"ls x"})"), Action::kAllow);
}

TEST(Policy, OffersTheExactPathForTheSession) {
  const PolicyRules given{{}, rules({"fs_write"}), {}, Action::kAsk};
  EXPECT_THAT(decide_path(given, "fs_write", "a/b").session_rules, ElementsAre("fs_write(/w/a/b)"));
}

}  // namespace
}  // namespace sandport::testing

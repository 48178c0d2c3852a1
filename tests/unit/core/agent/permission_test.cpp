#include "tests/unit/core/agent/agent_testing.hpp"

namespace sandport::testing {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class Permissions : public LoopTest {
 protected:
  Permissions() {
    add_tool("push", "pushed");
    add_tool("look", "a tree");
  }
  static PermissionAnswer answer(Approval approval, std::string feedback = {}) {
    PermissionAnswer given;
    given.approval = approval;
    given.feedback = std::move(feedback);
    return given;
  }

  ScriptedApprover approver;
};

TEST_F(Permissions, DenyByRuleAndTellTheModelWhichOne) {
  config.policy = policy_of({"push"}, {});
  model.then(say("", {{"c1", "push"}, {"c2", "look"}})).then(say("done"));
  EXPECT_EQ(run("go").end, TurnEnd::kFinished);
  EXPECT_THAT(tools->used, ElementsAre("look {}"));
  EXPECT_THAT(seen()[2], AllOf(HasSubstr("push"), HasSubstr("(error)")));
  EXPECT_THAT(log->payloads("permission_decided")[0], HasSubstr(R"("decision":"deny")"));
}

TEST_F(Permissions, DenyWhatWouldAskWhenNobodyIsThere) {
  config.policy = policy_of({}, {"push"});
  model.then(say("", {{"c1", "push"}})).then(say("done"));
  EXPECT_EQ(run("go").end, TurnEnd::kFinished);
  EXPECT_THAT(tools->used, IsEmpty());
  EXPECT_THAT(seen()[2], HasSubstr("not run"));
}

TEST_F(Permissions, AskAndRunWhenAllowedOnce) {
  config.policy = policy_of({}, {"push"});
  config.approver = &approver;
  approver.answers = {answer(Approval::kOnce), answer(Approval::kOnce)};
  model.then(say("", {{"c1", "push", R"({"to":"main"})"}}))
      .then(say("", {{"c2", "push"}}))
      .then(say("done"));
  run("go");
  ASSERT_THAT(approver.asked, SizeIs(2));  // once is once
  EXPECT_EQ(approver.asked[0].tool, "push");
  EXPECT_EQ(approver.asked[0].arguments, R"({"to":"main"})");
  EXPECT_EQ(approver.asked[0].rule, "push");
  EXPECT_THAT(tools->used, SizeIs(2));
  EXPECT_THAT(heard.of_type("permission_asked"), SizeIs(2));
}

TEST_F(Permissions, RecordTheQuestionBeforeItIsAsked) {
  config.policy = policy_of({}, {"push"});
  config.approver = &approver;
  std::vector<std::string> at_question;
  approver.answer = [&](PermissionRequest) -> Task<PermissionAnswer> {
    at_question = log->types();
    co_return answer(Approval::kOnce);
  };
  model.then(say("", {{"c1", "push"}})).then(say("done"));
  run("go");
  EXPECT_EQ(at_question.back(), "permission_requested");
  EXPECT_THAT(log->payloads("permission_decided")[0], HasSubstr(R"("decision":"allow")"));
}

TEST_F(Permissions, GivenForTheSessionAreNotAskedForAgain) {
  config.policy = policy_of({}, {"push"});
  config.approver = &approver;
  approver.answers = {answer(Approval::kSession)};
  model.then(say("", {{"c1", "push"}, {"c2", "push", R"({"n":2})"}}))
      .then(say("", {{"c3", "push"}}))
      .then(say("done"));
  run("go");
  EXPECT_THAT(approver.asked, SizeIs(1));  // the other call of the same step is let through too
  EXPECT_THAT(tools->used, SizeIs(3));
  EXPECT_THAT(log->payloads("permission_decided")[0], HasSubstr(R"("decision":"allow_session")"));
}

TEST_F(Permissions, DeniedWithFeedbackLetTheModelGoOn) {
  config.policy = policy_of({}, {"push"});
  config.approver = &approver;
  approver.answers = {answer(Approval::kDeny, "use a branch")};
  model.then(say("", {{"c1", "push"}})).then(say("on a branch then"));
  EXPECT_EQ(run("go").text, "on a branch then");
  EXPECT_THAT(seen()[2], HasSubstr("use a branch"));
}

TEST_F(Permissions, DeniedWithoutFeedbackEndTheTurn) {
  config.policy = policy_of({}, {"push"});
  config.approver = &approver;
  approver.answers = {answer(Approval::kDeny)};
  model.then(say("", {{"c1", "push"}, {"c2", "push", R"({"n":2})"}})).then(say("never"));
  const TurnResult result = run("go");
  EXPECT_EQ(result.end, TurnEnd::kDenied);
  EXPECT_THAT(approver.asked, SizeIs(1));
  EXPECT_THAT(model.requests, SizeIs(1));
  // Every call has its result, so the session can go on.
  EXPECT_THAT(history(), SizeIs(4));
}

TEST_F(Permissions, DoNotHoldUpOtherCalls) {
  config.policy = policy_of({}, {"push"});
  config.approver = &approver;
  Gate thinking(context);
  approver.answer = [&](PermissionRequest) -> Task<PermissionAnswer> {
    co_await thinking.wait();
    co_return answer(Approval::kOnce);
  };
  model.then(say("", {{"c1", "push"}, {"c2", "look"}})).then(say("done"));
  start("go");
  EXPECT_THAT(tools->used, ElementsAre("look {}"));
  thinking.open();
  finish();
  EXPECT_THAT(tools->used, ElementsAre("look {}", "push {}"));
}

TEST_F(Permissions, AreDeniedWhenAskingFails) {
  config.policy = policy_of({}, {"push"});
  config.approver = &approver;
  approver.answer = [](PermissionRequest) -> Task<PermissionAnswer> {
    throw Error(Code::kUnavailable, "the terminal is closed");
    co_return PermissionAnswer();
  };
  model.then(say("", {{"c1", "push"}})).then(say("done"));
  EXPECT_EQ(run("go").text, "done");
  EXPECT_THAT(tools->used, IsEmpty());
  EXPECT_THAT(seen()[2], HasSubstr("the terminal is closed"));
}

}  // namespace
}  // namespace sandport::testing

#include "builder_host.hpp"

namespace {

using template_test::answer;
using template_test::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

using BuildFailure = template_test::BuilderTest;

constexpr const char* kText =
    "name: x\nbase: python\nsteps:\n  - run: echo a\n  - run: pip install nope\n"
    "start_cmd: serve\n";

TEST_F(BuildFailure, NamesStepCommandStatusPlaceAndLastWords) {
  plan_answer(kStatus, status("building", {entry("of another step", "1"),
                                           entry("ERROR: no match for nope", "2")}));
  plan_answer(kStatus,
              status("error", json::array({entry("pip failed", "2")}),
                     {{"message", "failed to run command 'pip install nope': exit status 1"},
                      {"step", "2"}}));
  EXPECT_EQ(build(source(kText)), SP_FAILED_PRECONDITION);
  EXPECT_EQ(sink_->reason(), "BUILD_FAILED");
  EXPECT_EQ(sink_->message(),
            root_ +
                "/t.yaml:5:5: the build failed at step 2 of 2: RUN pip install nope: failed to "
                "run command 'pip install nope': exit status 1 (template tid, build bid)\n"
                "  | ERROR: no match for nope\n  | pip failed");
}

TEST_F(BuildFailure, NamesTheBaseAndTheStartCommand) {
  plan_answer(kStatus, status("error", json::array(), {{"message", "no image"}, {"step", "base"}}));
  EXPECT_EQ(build(source(kText)), SP_FAILED_PRECONDITION);
  EXPECT_THAT(sink_->message(),
              HasSubstr("t.yaml:2:1: the build failed at the base image: no image"));
  plan_answer(kStatus,
              status("error", json::array(), {{"message", "exit 3"}, {"step", "finalize"}}));
  EXPECT_EQ(build(source(kText)), SP_FAILED_PRECONDITION);
  EXPECT_THAT(sink_->message(),
              HasSubstr("t.yaml:6:1: the build failed at the start or the ready command: exit 3"));
}

TEST_F(BuildFailure, PointsIntoADockerfile) {
  plan_answer(kStatus, status("error", json::array(), {{"message", "exit 1"}, {"step", "3"}}));
  EXPECT_EQ(
      build(source("FROM a\n\nRUN false\n",
                   {{"file", root_ + "/Dockerfile"}, {"format", "dockerfile"}, {"name", "x"}})),
      SP_FAILED_PRECONDITION);
  EXPECT_THAT(sink_->message(), HasSubstr("Dockerfile:3:1: the build failed at step 3 of 5: RUN "
                                          "false: exit 1"));
}

TEST_F(BuildFailure, SaysWhyABuildWasCancelled) {
  plan_answer(kStatus, status("error", json::array(), {{"message", "build was cancelled"}}));
  EXPECT_EQ(build(source(kText)), SP_FAILED_PRECONDITION);
  EXPECT_THAT(sink_->message(), HasSubstr("a newer build of the same template ends an older one"));
}

TEST_F(BuildFailure, ToleratesAnAnswerWithoutReason) {
  plan_answer(kStatus, status("error"));
  EXPECT_EQ(build(source(kText)), SP_FAILED_PRECONDITION);
  EXPECT_THAT(sink_->message(), HasSubstr("the service gave no reason"));
  plan_answer(kStatus, status("error", json::array(), {{"message", "m"}, {"step", "99"}}));
  EXPECT_EQ(build(source(kText)), SP_FAILED_PRECONDITION);
  EXPECT_THAT(sink_->message(), HasSubstr("at step 99 of 2: m"));
}

TEST_F(BuildFailure, IsExplainedToWhoAttachesLater) {
  plan_answer(kStatus, status("building"));
  ASSERT_EQ(build(source(kText, {{"wait", false}})), SP_OK) << sink_->message();
  make();  // as another process would
  answers_.clear();
  const json failed = {{"message", "exit status 1"}, {"step", "2"}};
  plan_answer(kStatus, status("error", json::array(), failed));
  EXPECT_EQ(call(&sp_template_builder::follow, R"({"template_id":"tid","build_id":"bid"})"),
            SP_FAILED_PRECONDITION);
  EXPECT_THAT(sink_->message(), HasSubstr("t.yaml:5:5: the build failed at step 2 of 2"));
  plan_answer(kStatus, status("error", json::array(), failed));
  ASSERT_EQ(call(&sp_template_builder::status, R"({"template_id":"tid","build_id":"bid"})"), SP_OK);
  EXPECT_EQ(result().at("state"), "error");
  EXPECT_THAT(result().at("reason").get<std::string>(), HasSubstr("t.yaml:5:5"));
}

TEST_F(BuildFailure, DoesNotShowValuesOfTheEnvironment) {
  plan_answer(kStatus, status("error", json::array(), {{"message", "m"}, {"step", "1"}}));
  EXPECT_EQ(build(source("name: x\nenv: {TOKEN: hush-hush}\n")), SP_FAILED_PRECONDITION);
  EXPECT_THAT(sink_->message(), AllOf(HasSubstr("ENV TOKEN"), Not(HasSubstr("hush"))));
}

}  // namespace

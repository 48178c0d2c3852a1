#include <sandport/error.hpp>

#include "builder_host.hpp"

namespace {

using sandport::Error;
using sandport::Retry;
using template_test::answer;
using template_test::HttpAnswer;
using template_test::json;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

using Builder = template_test::BuilderTest;

constexpr const char* kSmall = "name: x\nbase: python\nsteps:\n  - run: make\n";
constexpr const char* kCopy = "name: x\nsteps:\n  - copy: {src: a, dest: /a}\n";

TEST_F(Builder, PlansWithoutAskingTheService) {
  write("context/a", "hello");
  make({{"api_key", ""}});
  ASSERT_EQ(call(&sp_template_builder::plan, source(kCopy).dump()), SP_OK) << sink_->message();
  const json plan = result();
  EXPECT_EQ(plan.at("name"), "x");
  EXPECT_EQ(plan.at("bytes"), 5);
  EXPECT_EQ(plan.at("files"), (json::array({{{"path", "a"}, {"size", 5}}})));
  EXPECT_EQ(plan.at("request").at("create"),
            (json{{"name", "x"}, {"cpuCount", 2}, {"memoryMB", 1024}}));
  EXPECT_EQ(plan.at("request").at("start").at("steps").at(0).at("filesHash"),
            plan.at("uploads").at(0).at("hash"));
  EXPECT_FALSE(plan.at("uploads").at(0).contains("cached"));
  EXPECT_THAT(plan.at("dockerfile").get<std::string>(), HasSubstr("COPY a /a"));
  EXPECT_THAT(host_.http().requests(), testing::IsEmpty());
}

TEST_F(Builder, PlansWithWhatTheServiceHasAlready) {
  write("context/a", "hello");
  plan_answer("GET /templates/aliases/x", answer(200, {{"templateID", "tid"}, {"public", false}}));
  ASSERT_EQ(call(&sp_template_builder::plan, source(kCopy).dump()), SP_OK) << sink_->message();
  EXPECT_EQ(result().at("uploads").at(0).at("cached"), false);
}

TEST_F(Builder, PlansAllTheSameWhenTheServiceIsOutOfReach) {
  write("context/a", "hello");
  for (int i = 0; i < 5; ++i) plan_answer("GET /templates/aliases/x", answer(502));
  ASSERT_EQ(call(&sp_template_builder::plan, source(kCopy).dump()), SP_OK) << sink_->message();
  EXPECT_THAT(result().at("diagnostics").at(0).at("message").get<std::string>(), HasSubstr("502"));
}

TEST_F(Builder, RefusesWhatIsWrongBeforeAnythingIsSent) {
  write("context/b", "");
  EXPECT_EQ(build(source("name: x\nsteps:\n  - copy: {src: a, dest: /a}\n  - copy: {src: c, "
                         "dest: /c}\n")),
            SP_INVALID_ARGUMENT);
  EXPECT_THAT(sink_->message(), AllOf(HasSubstr("t.yaml:3:5: nothing in the context"),
                                      HasSubstr("t.yaml:4:5: nothing in the context")));
  EXPECT_EQ(build(source("name: x\nbase: cobol\n")), SP_INVALID_ARGUMENT);
  EXPECT_EQ(build(source(kCopy, {{"context", root_ + "/missing"}})), SP_INVALID_ARGUMENT);
  EXPECT_THAT(host_.http().requests(), testing::IsEmpty());
}

TEST_F(Builder, BuildsAndTellsWhatHappens) {
  write("context/a", "hello");
  plan_answer(kStatus, status("waiting"));
  plan_answer(kStatus, status("building", {entry("one", "1"), entry("\x1b[31mtwo\x1b[0m\n", "1")}));
  plan_answer(kStatus, status("ready", json::array({entry("three")})));
  plan_answer(kStatus, status("ready", json::array({entry("four")})));
  ASSERT_EQ(build(source(kCopy, {{"tags", {"v1"}}})), SP_OK) << sink_->message();
  EXPECT_EQ(result(), (json{{"template_id", "tid"},
                            {"build_id", "bid"},
                            {"name", "x"},
                            {"state", "ready"},
                            {"reused", false}}));
  EXPECT_THAT(logged(),
              ElementsAre(HasSubstr("template tid, build bid"), "one", "two", "three", "four"));
  const auto create = sent("POST", "/v3/templates");
  ASSERT_EQ(create.size(), 1u);
  EXPECT_EQ(create[0].header("X-API-Key"), "e2b_0123");
  EXPECT_EQ(json::parse(create[0].body).at("tags"), json::array({"v1"}));
  const auto offsets = sent("GET", "/templates/tid/builds/bid/status");
  ASSERT_EQ(offsets.size(), 5u);
  EXPECT_THAT(offsets[2].url, HasSubstr("logsOffset=2"));
  EXPECT_THAT(offsets[4].url, HasSubstr("logsOffset=4"));
}

TEST_F(Builder, UploadsOnceWithoutTheKey) {
  write("context/a", "hello");
  ASSERT_EQ(build(source("name: x\nsteps:\n  - copy: {src: a, dest: /a}\n"
                         "  - copy: {src: a, dest: /a}\n  - copy: {src: a, dest: /b}\n")),
            SP_OK)
      << sink_->message();
  const auto uploads = sent("PUT", "/put");
  ASSERT_EQ(uploads.size(), 2u);
  EXPECT_EQ(uploads[0].header("X-API-Key"), "");
  EXPECT_EQ(uploads[0].body.substr(0, 2), "\x1f\x8b");
  EXPECT_EQ(uploads[0].body, uploads[1].body);
}

TEST_F(Builder, SendsTheHeadersThatALinkAsksFor) {
  write("context/a", "hello");
  make();
  host_.http().handler = [this](const auto& request) {
    if (path_of(request).find("/files/") == std::string::npos) return serve(request);
    return answer(201, {{"present", false},
                        {"url", "http://storage/put"},
                        {"headers", {{"x-ms-blob-type", "BlockBlob"}}}});
  };
  ASSERT_EQ(build(source(kCopy)), SP_OK) << sink_->message();
  EXPECT_EQ(sent("PUT", "/put").at(0).header("x-ms-blob-type"), "BlockBlob");
}

TEST_F(Builder, UploadsNothingThatIsThereAlready) {
  write("context/a", "hello");
  make();
  host_.http().handler = [this](const auto& request) {
    if (path_of(request).find("/files/") == std::string::npos) return serve(request);
    return answer(201, {{"present", true}, {"url", "http://storage/put"}});
  };
  ASSERT_EQ(build(source(kCopy)), SP_OK) << sink_->message();
  EXPECT_THAT(sent("PUT", "/put"), testing::IsEmpty());
  ASSERT_EQ(build(source("name: x\nsteps: [{copy: {src: a, dest: /a, force_upload: true}}]")),
            SP_OK);
  EXPECT_EQ(sent("PUT", "/put").size(), 1u);
}

TEST_F(Builder, RenewsALinkThatExpired) {
  write("context/a", "hello");
  plan_answer("PUT /put", answer(403, "<Error><Message>Request has expired</Message></Error>"));
  plan_answer("PUT /put", answer(503));
  ASSERT_EQ(build(source(kCopy)), SP_OK) << sink_->message();
  EXPECT_EQ(sent("PUT", "/put").size(), 3u);
}

TEST_F(Builder, ExplainsAStorageThatRefuses) {
  write("context/a", "hello");
  plan_answer("PUT /put", answer(501));
  EXPECT_EQ(build(source(kCopy)), SP_UNAVAILABLE);
  EXPECT_THAT(sink_->message(), AllOf(HasSubstr("t.yaml:3:5: uploading \"a\" failed"),
                                      HasSubstr("wants the length in front")));
  EXPECT_EQ(sent("PUT", "/put").size(), 1u);
}

TEST_F(Builder, DoesNothingForTheSameContentTwice) {
  write("context/a", "hello");
  ASSERT_EQ(build(source(kCopy)), SP_OK) << sink_->message();
  EXPECT_EQ(result().at("reused"), false);
  make();
  ASSERT_EQ(build(source(kCopy)), SP_OK) << sink_->message();
  EXPECT_EQ(result().at("reused"), true);
  EXPECT_EQ(sent("POST", "/v3/templates").size(), 1u);
  EXPECT_THAT(sink_->text(SP_CHANNEL_PROGRESS), HasSubstr("nothing changed since build bid"));

  ASSERT_EQ(build(source(kCopy, {{"skip_cache", true}})), SP_OK);
  EXPECT_EQ(result().at("reused"), false);
  write("context/a", "changed");
  ASSERT_EQ(build(source(kCopy)), SP_OK);
  EXPECT_EQ(result().at("reused"), false);
}

TEST_F(Builder, BuildsAgainWhenSomebodyElseDidSince) {
  ASSERT_EQ(build(source(kSmall)), SP_OK) << sink_->message();
  plan_answer("GET /templates/tid/tags",
              answer(200, json::array({{{"tag", "default"}, {"buildID", "other"}}})));
  ASSERT_EQ(build(source(kSmall)), SP_OK);
  EXPECT_EQ(result().at("reused"), false);
  plan_answer("GET /templates/tid/tags", answer(404, json{{"code", 404}}));
  ASSERT_EQ(build(source(kSmall)), SP_OK);
  EXPECT_EQ(result().at("reused"), false);
}

TEST_F(Builder, SurvivesDroppedPollsAndBusyServices) {
  HttpAnswer refused;
  refused.refused = Error(SP_UNAVAILABLE, "no connection", "", Retry::kYes);
  HttpAnswer broken;
  broken.refused = Error(SP_INTERRUPTED, "the connection broke", "", Retry::kYes);
  plan_answer(kStatus, refused);
  plan_answer(kStatus, broken);
  HttpAnswer busy = answer(429);
  busy.headers = {{"Retry-After", "3"}};
  plan_answer(kStatus, busy);
  plan_answer(kStatus, answer(502, "<html>"));
  plan_answer(kStatus, status("ready"));
  EXPECT_EQ(build(source(kSmall)), SP_OK) << sink_->message();
}

TEST_F(Builder, GivesUpOnAServiceThatStaysAway) {
  make({{"outage_limit", "10s"}});
  for (int i = 0; i < 200; ++i) plan_answer(kStatus, answer(503));
  EXPECT_EQ(build(source(kSmall)), SP_UNAVAILABLE);
}

TEST_F(Builder, AsksAgainWhenNothingHappened) {
  plan_answer("POST /v3/templates", answer(503));
  plan_answer("POST /v3/templates", answer(429));
  EXPECT_EQ(build(source(kSmall)), SP_OK) << sink_->message();
  EXPECT_EQ(sent("POST", "/v3/templates").size(), 3u);
  plan_answer("POST /v3/templates", answer(500));
  EXPECT_EQ(build(source("name: y")), SP_UNAVAILABLE);
  EXPECT_EQ(sent("POST", "/v3/templates").size(), 4u);
}

TEST_F(Builder, FindsOutWhetherAStartThatWasLostCounts) {
  HttpAnswer lost;
  lost.refused = Error(SP_INTERRUPTED, "the connection broke", "", Retry::kYes);
  const std::string start = "POST /v2/templates/tid/builds/bid";
  plan_answer(start, lost);
  plan_answer(kStatus, status("building"));
  EXPECT_EQ(build(source(kSmall)), SP_OK) << sink_->message();
  EXPECT_EQ(sent("POST", "/v2/templates/tid/builds/bid").size(), 1u);
  plan_answer(start, lost);
  plan_answer(kStatus, status("waiting"));
  EXPECT_EQ(build(source("name: y")), SP_OK) << sink_->message();
  EXPECT_EQ(sent("POST", "/v2/templates/tid/builds/bid").size(), 3u);
}

TEST_F(Builder, HonoursADeadline) {
  make({{"build_timeout", "10s"}});
  for (int i = 0; i < 100; ++i) plan_answer(kStatus, status("building"));
  EXPECT_EQ(build(source(kSmall)), SP_DEADLINE_EXCEEDED);
  EXPECT_THAT(sink_->message(), HasSubstr("not ready within 10 s; it goes on at the service "
                                          "(template tid, build bid)"));
}

TEST_F(Builder, StopsWaitingWhenCancelled) {
  for (int i = 0; i < 100; ++i) plan_answer(kStatus, status("building"));
  start(&sp_template_builder::build, source(kSmall).dump());
  sink_->cancel();
  EXPECT_EQ(finish(), SP_CANCELLED);
  EXPECT_THAT(logged(), ElementsAre(HasSubstr("template tid, build bid")));
}

TEST_F(Builder, ReturnsAtOnceWhenItNeedNotWait) {
  plan_answer(kStatus, status("building"));
  ASSERT_EQ(build(source(kSmall, {{"wait", false}})), SP_OK) << sink_->message();
  EXPECT_EQ(result().at("state"), "building");
  EXPECT_THAT(sent("GET", "/templates/tid/builds/bid/status"), testing::IsEmpty());
}

TEST_F(Builder, NeedsAKeyToBuild) {
  make({{"api_key", ""}});
  EXPECT_EQ(build(source(kSmall)), SP_UNAUTHENTICATED);
  EXPECT_THAT(sink_->message(), HasSubstr("E2B_API_KEY"));
}

TEST_F(Builder, ListsAllPages) {
  HttpAnswer first = answer(
      200, json::array({{{"templateID", "a"}, {"names", {"x", "y"}}, {"buildStatus", "ready"}}}));
  first.headers = {{"X-Next-Token", "n 1"}};
  plan_answer("GET /v2/templates", first);
  plan_answer("GET /v2/templates",
              answer(200, json::array({{{"templateID", "b"}, {"aliases", {"z"}}}})));
  make();
  sink_ = std::make_unique<sandport::testkit::RecordingSink>();
  sink_->start([&](sp_sink* sink, sp_op** op, sp_error* error) {
    return builder_->list(builder_, sink, op, error);
  });
  ASSERT_EQ(finish(), SP_OK) << sink_->message();
  EXPECT_EQ(result(), json::parse(R"([{"template_id":"a","names":["x","y"],"build_state":"ready"},
                                      {"template_id":"b","names":["z"]}])"));
  EXPECT_THAT(host_.http().requests().back().url, HasSubstr("nextToken=n%201"));
}

TEST_F(Builder, KnowsWhatExists) {
  const auto exists = [this](const HttpAnswer& given) {
    plan_answer("GET /templates/aliases/team%2Fx", given);
    EXPECT_EQ(call(&sp_template_builder::exists, "team/x:v1"), SP_OK) << sink_->message();
    return result();
  };
  EXPECT_EQ(exists(answer(200, json{{"templateID", "tid"}})),
            (json{{"exists", true}, {"template_id", "tid"}}));
  EXPECT_EQ(exists(answer(403, json{{"code", 403}})), (json{{"exists", true}}));
  EXPECT_EQ(exists(answer(404, json{{"code", 404}})), (json{{"exists", false}}));
  EXPECT_EQ(call(&sp_template_builder::exists, "No Way"), SP_INVALID_ARGUMENT);
}

TEST_F(Builder, ChangesTags) {
  plan_answer("POST /templates/tags", answer(201, json{{"buildID", "b"}, {"tags", {"v1"}}}));
  plan_answer("DELETE /templates/tags", answer(204));
  ASSERT_EQ(call(&sp_template_builder::tag, R"({"name":"x:default","add":["v1"],"remove":["v0"]})"),
            SP_OK)
      << sink_->message();
  EXPECT_EQ(json::parse(sent("POST", "/templates/tags").at(0).body),
            (json{{"target", "x:default"}, {"tags", {"v1"}}}));
  EXPECT_EQ(json::parse(sent("DELETE", "/templates/tags").at(0).body),
            (json{{"name", "x"}, {"tags", {"v0"}}}));
  EXPECT_EQ(call(&sp_template_builder::tag, R"({"name":"x","remove":["default"]})"),
            SP_INVALID_ARGUMENT);
  EXPECT_EQ(call(&sp_template_builder::tag, R"({"name":"x","add":["a b"]})"), SP_INVALID_ARGUMENT);
}

TEST_F(Builder, RemovesByNameOrId) {
  plan_answer("GET /templates/aliases/x", answer(200, json{{"templateID", "tid"}}));
  plan_answer("DELETE /templates/tid", answer(204));
  EXPECT_EQ(call(&sp_template_builder::remove, "x"), SP_OK) << sink_->message();
  plan_answer("DELETE /templates/abc", answer(204));
  EXPECT_EQ(call(&sp_template_builder::remove, "abc"), SP_OK) << sink_->message();
  EXPECT_EQ(call(&sp_template_builder::remove, "gone"), SP_NOT_FOUND);
}

}  // namespace

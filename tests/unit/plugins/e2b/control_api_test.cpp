// The control API against a host whose network is made up.
#include "api/control_api.hpp"

#include <gmock/gmock.h>

#include <future>
#include <nlohmann/json.hpp>
#include <sandport/testkit/testkit.hpp>
#include <sandport/when_all.hpp>

#include "api/create.hpp"

namespace sandport_e2b {
namespace {

using Json = nlohmann::json;
using sandport::Error;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class E2bControlApi : public testing::Test {
 protected:
  E2bControlApi() {
    options_.api_key = "e2b_5ecret";
    options_.api_url = "https://api.test";
  }

  // Time goes on whenever somebody waits for it.
  template <class T>
  T wait(sandport::Task<T> task) {
    auto result =
        std::async(std::launch::async, [&] { return sandport::sync_wait(std::move(task)); });
    while (result.wait_for(std::chrono::milliseconds(0)) != std::future_status::ready) {
      if (host_.clock().pending() > 0) host_.clock().advance(std::chrono::minutes(1));
    }
    return result.get();
  }
  template <class T>
  Error error_of(sandport::Task<T> task) {
    try {
      wait(std::move(task));
    } catch (const Error& error) {
      return error;
    }
    return Error(SP_UNKNOWN, "it succeeded");
  }
  void break_next() {
    sandport::testkit::HttpAnswer answer;
    answer.refused.emplace(SP_INTERRUPTED, "it broke");
    host_.http().reply(std::move(answer));
  }
  std::vector<std::string> lines() {
    std::vector<std::string> result;
    for (const auto& request : host_.http().requests()) {
      result.push_back(request.method + ' ' + request.url.substr(options_.api_url.size()));
    }
    return result;
  }
  sandport::Task<std::string> create() {
    return create_sandbox(sandport::Host{host_.get()}, options_, api_, {});
  }

  sandport::testkit::FakeHost host_;
  Options options_;
  ControlApi api_{sandport::Host{host_.get()}, options_};
};

TEST_F(E2bControlApi, SendsTheKeyAndNamesItself) {
  host_.http().reply(200, R"({"sandboxID":"i1"})");
  // The key was set after api_ took its copy of the secrets, and is read for each request.
  EXPECT_THAT(wait(api_.get("i1")), HasSubstr("i1"));
  const auto request = host_.http().requests().at(0);
  EXPECT_EQ(request.header("X-API-Key"), "e2b_5ecret");
  EXPECT_THAT(request.header("User-Agent"), HasSubstr("sandport/"));
  EXPECT_EQ(request.header("Accept"), "application/json");
}

TEST_F(E2bControlApi, IdsAreEncoded) {
  host_.http().reply(204);
  wait(api_.remove_snapshot("snap-x:default"));
  EXPECT_THAT(lines(), ElementsAre("DELETE /templates/snap-x%3Adefault"));
}

TEST_F(E2bControlApi, WithoutAKeyNothingIsSent) {
  options_.api_key.clear();
  EXPECT_EQ(error_of(api_.get("i1")).code(), SP_UNAUTHENTICATED);
  EXPECT_TRUE(host_.http().requests().empty());
}

TEST_F(E2bControlApi, ReadsAreRepeatedAfterABrokenConnection) {
  break_next();
  host_.http().reply(502, "<html>");
  host_.http().reply(200, "{}");
  EXPECT_EQ(wait(api_.get("i1")), "{}");
  EXPECT_EQ(host_.http().requests().size(), 3u);
}

TEST_F(E2bControlApi, RetriesHaveAnEnd) {
  for (int i = 0; i < 4; ++i) host_.http().reply(503, R"({"message":"busy"})");
  EXPECT_THAT(error_of(api_.get("i1")).what(), HasSubstr("E2B: service is busy (503): busy"));
  EXPECT_EQ(host_.http().requests().size(), 4u);
}

TEST_F(E2bControlApi, TheServersWishIsWaitedForUnlessItIsTooMuch) {
  host_.http().reply(429, "{}", {{"Retry-After", "3"}});
  host_.http().reply(200, "{}");
  EXPECT_EQ(wait(api_.get("i1")), "{}");
  host_.http().reply(429, "{}", {{"Retry-After", "3600"}});
  const Error error = error_of(api_.get("i1"));
  EXPECT_EQ(error.code(), SP_RESOURCE_EXHAUSTED);
  EXPECT_EQ(error.retry_after(), std::chrono::hours(1));
}

TEST_F(E2bControlApi, KillingWhatIsGoneIsFine) {
  host_.http().reply(404, R"({"code":404,"message":"no"})");
  EXPECT_FALSE(wait(api_.kill("i1")));
  host_.http().reply(204);
  EXPECT_TRUE(wait(api_.kill("i1")));
}

TEST_F(E2bControlApi, PausingWhatIsPausedIsFine) {
  host_.http().reply(409, "{}");
  host_.http().reply(200, R"({"sandboxID":"i1","state":"paused"})");
  EXPECT_FALSE(wait(api_.pause("i1")));
}

TEST_F(E2bControlApi, PausingWhatChangesIsTriedAgain) {
  host_.http().reply(409, "{}");
  host_.http().reply(200, R"({"sandboxID":"i1","state":"running"})");
  host_.http().reply(204);
  EXPECT_TRUE(wait(api_.pause("i1")));
}

TEST_F(E2bControlApi, TheNewerRouteIsUsedWhereTheOlderOneIsNot) {
  host_.http().reply(404, "404 page not found");
  host_.http().reply(201, R"({"sandboxID":"i1"})");
  host_.http().reply(201, R"({"sandboxID":"i2"})");
  wait(create());
  wait(create());
  EXPECT_THAT(lines(), ElementsAre("POST /sandboxes", "POST /v2/sandboxes", "POST /v2/sandboxes"));
  EXPECT_FALSE(Json::parse(host_.http().requests()[1].body).contains("secure"));
}

TEST_F(E2bControlApi, AnUnknownTemplateIsNoMissingRoute) {
  host_.http().reply(404, R"({"code":404,"message":"template 'x' not found"})");
  const Error error = error_of(create());
  EXPECT_EQ(error.code(), SP_NOT_FOUND);
  EXPECT_THAT(error.what(), HasSubstr("template 'x' not found"));
  EXPECT_EQ(host_.http().requests().size(), 1u);
}

TEST_F(E2bControlApi, ACreateWhoseAnswerIsLostIsFoundByItsLabel) {
  break_next();
  host_.http().handler = [this](const sandport::testkit::RecordedRequest& request) {
    sandport::testkit::HttpAnswer answer;
    if (request.url.find("/v2/sandboxes?metadata=") == std::string::npos) {
      answer.body.push_back(R"({"sandboxID":"i7","envdAccessToken":"t"})");
      return answer;
    }
    // Only at the second look, as a server that is slow to start it.
    const auto all = host_.http().requests();
    const auto label = Json::parse(all.at(0).body).at("metadata").at("sandport.create");
    Json found = Json::array();
    if (all.size() > 2)
      found.push_back({{"sandboxID", "i7"}, {"metadata", {{"sandport.create", label}}}});
    answer.body.push_back(found.dump());
    return answer;
  };
  EXPECT_EQ(Json::parse(wait(create())).at("sandboxID"), "i7");
  EXPECT_EQ(lines().back(), "GET /sandboxes/i7");
  int creates = 0;
  for (const auto& line : lines()) creates += line == "POST /sandboxes" ? 1 : 0;
  EXPECT_EQ(creates, 1);
}

// Each look finds nothing, until a second create has been answered: then both are there.
TEST_F(E2bControlApi, ACreateThatWasThoughtLostIsMadeAgainAndTheOtherEnded) {
  break_next();
  int creates = 0;
  host_.http().handler = [&](const sandport::testkit::RecordedRequest& request) {
    sandport::testkit::HttpAnswer answer;
    if (request.method == "POST") {
      ++creates;
      answer.body.push_back(R"({"sandboxID":"i2"})");
    } else if (request.method == "GET" && creates > 0) {
      const auto label = Json::parse(host_.http().requests().at(0).body).at("metadata");
      answer.body.push_back(Json::array({{{"sandboxID", "i1"}, {"metadata", label}},
                                         {{"sandboxID", "i2"}, {"metadata", label}}})
                                .dump());
    } else {
      answer.body.push_back("[]");
    }
    return answer;
  };
  EXPECT_THAT(wait(create()), HasSubstr("i2"));
  EXPECT_EQ(creates, 1);
  EXPECT_EQ(lines().back(), "DELETE /sandboxes/i1");
}

TEST_F(E2bControlApi, WithoutRetriesALostCreateThatIsNotFoundIsAnError) {
  options_.retries = 0;
  break_next();
  host_.http().handler = [](const auto&) {
    sandport::testkit::HttpAnswer answer;
    answer.body.push_back("[]");
    return answer;
  };
  EXPECT_EQ(error_of(create()).code(), SP_INTERRUPTED);
  int creates = 0;
  for (const auto& line : lines()) creates += line == "POST /sandboxes" ? 1 : 0;
  EXPECT_EQ(creates, 1);
}

TEST_F(E2bControlApi, ABusyServiceMadeNothingAndIsAskedAgain) {
  host_.http().reply(503, "{}");
  host_.http().reply(201, R"({"sandboxID":"i1"})");
  EXPECT_THAT(wait(create()), HasSubstr("i1"));
}

TEST_F(E2bControlApi, NoErrorShowsTheKey) {
  Options options = options_;
  ControlApi api{sandport::Host{host_.get()}, options};
  host_.http().reply(400, R"({"message":"key e2b_5ecret is odd"})");
  EXPECT_THAT(error_of(api.get("i1")).what(), Not(HasSubstr("5ecret")));
}

}  // namespace
}  // namespace sandport_e2b

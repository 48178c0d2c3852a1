#include "tests/emulators/e2b/rule.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "core/error.hpp"

namespace sandport::e2b_emulator {
namespace {

using nlohmann::json;

TEST(RuleTest, HitsAfterSoManyAndSoManyTimes) {
  Rules rules;
  Rule rule;
  rule.path = "/sandboxes";
  rule.after = 1;
  rule.count = 2;
  rules.add(rule);
  std::vector<bool> hits;
  for (int i = 0; i < 5; ++i) hits.push_back(rules.match("POST", "/sandboxes").has_value());
  EXPECT_EQ(hits, (std::vector<bool>{false, true, true, false, false}));
}

TEST(RuleTest, OtherRequestsAreNotCounted) {
  Rules rules;
  Rule rule;
  rule.method = "POST";
  rule.path = "/process.Process/*";
  rules.add(rule);
  EXPECT_FALSE(rules.match("GET", "/process.Process/Start"));
  EXPECT_FALSE(rules.match("POST", "/files"));
  EXPECT_TRUE(rules.match("POST", "/process.Process/Start"));
  EXPECT_FALSE(rules.match("POST", "/process.Process/Start"));
}

TEST(RuleTest, AStarIsAnyText) {
  Rules rules;
  Rule rule;
  rule.path = "*/sandboxes/*/pause";
  rule.count = -1;
  rules.add(rule);
  EXPECT_TRUE(rules.match("POST", "/sandboxes/i1/pause"));
  EXPECT_TRUE(rules.match("POST", "/v2/sandboxes/i1/pause"));
  EXPECT_FALSE(rules.match("POST", "/sandboxes/i1/connect"));
}

TEST(RuleTest, TheFirstThatIsDueCounts) {
  Rules rules;
  Rule first;
  first.status = 429;
  Rule second;
  second.status = 503;
  rules.add(first);
  rules.add(second);
  EXPECT_EQ(rules.match("GET", "/")->status, 429);
  EXPECT_EQ(rules.match("GET", "/")->status, 503);
  EXPECT_FALSE(rules.match("GET", "/"));
}

TEST(RuleTest, IsReadFromJson) {
  const Rule rule = rule_from_json(json::parse(
      R"({"fault": "half_frame", "method": "POST", "path": "/x", "after": 2, "count": -1,
          "frames": 3, "bytes": 4, "delay_ms": 5, "headers": {"Retry-After": "1"}})"));
  EXPECT_EQ(rule.fault, Fault::kHalfFrame);
  EXPECT_EQ(rule.after, 2);
  EXPECT_EQ(rule.count, -1);
  EXPECT_EQ(rule.frames, 3);
  EXPECT_EQ(rule.bytes, 4u);
  EXPECT_EQ(rule.delay.count(), 5);
  EXPECT_EQ(rule.headers.at("Retry-After"), "1");
  EXPECT_EQ(fault_name(rule.fault), "half_frame");
}

TEST(RuleTest, RefusesWhatItDoesNotKnow) {
  for (const char* text :
       {R"({})", R"([])", R"({"fault": "quake"})", R"({"fault": "drop", "statsu": 1})",
        R"({"fault": "drop", "bytes": "x"})"}) {
    EXPECT_THROW(static_cast<void>(rule_from_json(json::parse(text))), Error) << text;
  }
}

}  // namespace
}  // namespace sandport::e2b_emulator

#include "plugins/models/scripted/history.hpp"

#include <gtest/gtest.h>

namespace {

using scripted::latest_results;
using scripted::Positions;

class History {
 public:
  void add(std::string message) { texts_.push_back(std::move(message)); }
  void user() { add(R"({"role":"user","content":[{"type":"text","text":"hi"}]})"); }
  void call(const std::string& id, const std::string& tool) {
    add(R"({"content":[],"role":"assistant","tool_calls":[{"id":")" + id + R"(","name":")" + tool +
        R"(","arguments":{}}]})");
  }
  void result(const std::string& id, const std::string& text) {
    add(R"({"role":"tool","tool_call_id":")" + id + R"(","content":[{"type":"text","text":")" +
        text + R"("}],"is_error":true})");
  }
  std::vector<sp_str> view() const {
    std::vector<sp_str> messages;
    for (const auto& text : texts_) messages.push_back({text.data(), text.size()});
    return messages;
  }
  std::vector<std::string> texts_;
};

TEST(ScriptHistory, FindsTheResultsOfTheLastCallsWithTheirTools) {
  History history;
  history.user();
  history.call("1", "old");
  history.result("1", "gone");
  history.call("2", "fs_read");
  history.result("2", "text");
  const auto results = latest_results(history.view());
  ASSERT_EQ(results.size(), 1u);
  EXPECT_EQ(results[0].tool, "fs_read");
  EXPECT_EQ(results[0].text, "text");
  EXPECT_TRUE(results[0].is_error);
}

TEST(ScriptHistory, CountsRepliesPerSessionAndAttemptsPerReply) {
  Positions positions;
  History history;
  history.user();
  EXPECT_EQ(positions.advance("a", history.view()).replies, 0u);
  EXPECT_EQ(positions.advance("a", history.view()).attempts, 1u);
  history.call("1", "t");
  history.result("1", "x");
  const auto next = positions.advance("a", history.view());
  EXPECT_EQ(next.replies, 1u);
  EXPECT_EQ(next.attempts, 0u);
  EXPECT_EQ(positions.advance("b", {}).replies, 0u);
}

TEST(ScriptHistory, CountsAResumedSessionFromItsMessages) {
  History history;
  for (int i = 0; i < 5; ++i) history.call("1", "t");
  EXPECT_EQ(Positions().advance("new", history.view()).replies, 5u);
}

TEST(ScriptHistory, CountsAgainWhenTheHistoryGotShorter) {
  Positions positions;
  History history;
  for (int i = 0; i < 5; ++i) history.call("1", "t");
  EXPECT_EQ(positions.advance("a", history.view()).replies, 5u);
  history.texts_.resize(2);
  EXPECT_EQ(positions.advance("a", history.view()).replies, 2u);
}

}  // namespace

#include "plugins/models/openai/wire_cache.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace {

using nlohmann::json;

std::string user(const std::string& text) {
  return json{{"role", "user"}, {"content", text}}.dump();
}

class Cache : public testing::Test {
 protected:
  json messages(const std::string& session, const std::vector<std::string>& texts) {
    std::string out;
    cache_.append_messages(
        session, texts.size(), [&](std::size_t i) -> std::string_view { return texts[i]; }, out);
    return json::parse(out);
  }
  json expected(const std::vector<std::string>& texts) {
    json list = json::array();
    for (const auto& text : texts) list.push_back(json::parse(text));
    return list;
  }
  openai::WireCache cache_{{}, 2000};
};

TEST_F(Cache, FollowsAConversationThatGrows) {
  std::vector<std::string> texts;
  EXPECT_EQ(messages("a", texts), json::array());
  for (int i = 0; i < 20; ++i) {
    texts.push_back(user("message " + std::to_string(i)));
    EXPECT_EQ(messages("a", texts), expected(texts));
  }
}

TEST_F(Cache, NoticesAHistoryThatWasRewritten) {
  static_cast<void>(messages("a", {user("1"), user("2"), user("3")}));
  const std::vector<std::string> rewritten{user("1"), user("X"), user("3")};
  EXPECT_EQ(messages("a", rewritten), expected(rewritten));
  const std::vector<std::string> shorter{user("1")};
  EXPECT_EQ(messages("a", shorter), expected(shorter));
}

TEST_F(Cache, KeepsSessionsApartAndForgetsTheOldest) {
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 50; ++i) {
      const std::vector<std::string> texts{user("of " + std::to_string(i))};
      EXPECT_EQ(messages("session " + std::to_string(i), texts), expected(texts));
    }
  }
}

TEST_F(Cache, ConvertsToolsOnce) {
  const char* tools = R"([{"name":"f","inputSchema":{"type":"object"}}])";
  EXPECT_EQ(cache_.tools(tools), cache_.tools(tools));
  EXPECT_EQ(cache_.tools("[]"), "[]");
  EXPECT_EQ(cache_.tools(""), "[]");
}

}  // namespace

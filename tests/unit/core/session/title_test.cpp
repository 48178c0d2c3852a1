#include "core/session/title.hpp"

#include <gtest/gtest.h>

namespace sandport {
namespace {

std::string title_of(const std::string& text) {
  return title_of_user_message(
      R"({"message":{"role":"user","content":[{"type":"image"},{"type":"text","text":")" + text +
      R"("}]}})");
}

TEST(Title, IsOneLineOfTheFirstText) {
  EXPECT_EQ(title_of("  Fix\\n\\tthe build "), "Fix the build");
}

TEST(Title, IsCutAtAWholeCharacter) {
  std::string text;
  for (int index = 0; index < 60; ++index) {
    text += "é";
  }
  const std::string title = title_of(text);
  EXPECT_LE(title.size(), 80U);
  EXPECT_EQ(title.substr(title.size() - 3), "…");
  EXPECT_EQ((title.size() - 3) % 2, 0U);
  EXPECT_EQ(title_of(std::string(80, 'a')), std::string(80, 'a'));
}

TEST(Title, IsEmptyForWhatIsNotAUserMessage) {
  for (const char* payload :
       {"", "[]", "{}", R"({"message":{"role":7,"content":[]}})", R"({"message":{"role":"user"}})",
        R"({"message":{"role":"system","content":[{"type":"text","text":"x"}]}})"}) {
    EXPECT_EQ(title_of_user_message(payload), "") << payload;
  }
}

}  // namespace
}  // namespace sandport

#include "core/agent/tool_output.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

namespace sandport::testing {
namespace {

using nlohmann::json;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string parts(const std::vector<std::string>& texts) {
  json made = json::array();
  for (const std::string& text : texts) made.push_back({{"type", "text"}, {"text", text}});
  return made.dump();
}

std::string first_text(const ShownOutput& shown) {
  return json::parse(shown.content)[0]["text"].get<std::string>();
}

TEST(ToolOutput, IsShownAsItIsWhenItFits) {
  const ShownOutput shown = show_output(parts({"abc"}), "", {3, 0});
  EXPECT_EQ(json::parse(shown.content), json::parse(parts({"abc"})));
  EXPECT_FALSE(shown.truncated);
  EXPECT_EQ(shown.whole, "");
}

TEST(ToolOutput, KeepsHeadAndTailOfWhatDoesNotFit) {
  const std::string text = "HEAD" + std::string(10'000, '.') + "TAIL";
  const ShownOutput shown = show_output(parts({text}), "", {100, 0});
  EXPECT_THAT(first_text(shown), StartsWith("HEAD"));
  EXPECT_THAT(first_text(shown), EndsWith("TAIL"));
  EXPECT_THAT(first_text(shown), HasSubstr("[... 9908 of 10008 bytes left out here ...]"));
  EXPECT_TRUE(shown.truncated);
  EXPECT_EQ(shown.whole, text);
}

TEST(ToolOutput, SharesTheLimitAmongItsParts) {
  const ShownOutput shown =
      show_output(parts({std::string(60, 'a'), std::string(60, 'b'), "c"}), "", {100, 0});
  EXPECT_EQ(first_text(shown), std::string(60, 'a'));
  EXPECT_THAT(json::parse(shown.content)[1]["text"].get<std::string>(),
              HasSubstr("20 of 60 bytes left out"));
  EXPECT_EQ(shown.whole, std::string(60, 'a') + std::string(60, 'b') + "c");
}

TEST(ToolOutput, LeavesOutMediaThatIsTooLarge) {
  const std::string content = R"([{"type":"image","data":")" + std::string(500, 'A') +
                              R"(","mimeType":"image/png"},{"type":"text","text":"a picture"}])";
  EXPECT_FALSE(show_output(content, "", {100, 1000}).truncated);
  const ShownOutput shown = show_output(content, "", {100, 100});
  EXPECT_THAT(first_text(shown), HasSubstr("agent.max_tool_media"));
  EXPECT_EQ(shown.whole, content);
}

TEST(ToolOutput, IsNeverEmpty) {
  EXPECT_EQ(first_text(show_output("[]", "", {})), "(no output)");
  EXPECT_EQ(first_text(show_output("", "", {})), "(no output)");
  EXPECT_EQ(first_text(show_output(parts({""}), "", {})), "(no output)");
}

TEST(ToolOutput, ShowsStructureWhereThereIsNoText) {
  EXPECT_EQ(first_text(show_output("[]", R"({"a":1})", {})), R"({"a":1})");
}

TEST(ToolOutput, OfABrokenToolIsText) {
  EXPECT_EQ(first_text(show_output("plain text", "", {})), "plain text");
  EXPECT_EQ(first_text(show_output(R"({"not":"a list"})", "", {})), R"({"not":"a list"})");
}

TEST(HeadAndTail, NeverCutsACharacter) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "\xE2\x82\xAC";  // a euro sign, three bytes
  for (std::size_t limit = 1; limit < 64; ++limit) {
    EXPECT_TRUE(json::accept("\"" +
                             [&] {
                               std::string cut = head_and_tail(text, limit);
                               std::erase(cut, '\n');
                               return cut;
                             }() +
                             "\""))
        << limit;
  }
}

TEST(HeadAndTail, CutsBetweenLinesWhereItCan) {
  std::string text;
  for (int i = 1000; i < 2000; ++i) text += "line " + std::to_string(i) + "\n";
  const std::string cut = head_and_tail(text, 205);
  EXPECT_THAT(cut, StartsWith("line 1000\n"));
  EXPECT_THAT(cut, HasSubstr("line 1009\n[..."));
  EXPECT_THAT(cut, HasSubstr("...]\nline 199"));
  EXPECT_THAT(cut, EndsWith("line 1999\n"));
}

}  // namespace
}  // namespace sandport::testing

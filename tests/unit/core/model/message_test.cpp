#include "core/model/message.hpp"

#include <gmock/gmock.h>

namespace sandport::testing {
namespace {

TEST(Message, HasTheShapeOfTheModelRequest) {
  EXPECT_EQ(*user_message("hi \"you\""),
            R"({"role":"user","content":[{"type":"text","text":"hi \"you\""}]})");
  EXPECT_EQ(*system_message("be brief"),
            R"({"role":"system","content":[{"type":"text","text":"be brief"}]})");
  EXPECT_EQ(*tool_message("c1", R"([{"type":"text","text":"ok"}])", ToolMessageKind::kResult),
            R"({"role":"tool","content":[{"type":"text","text":"ok"}],"tool_call_id":"c1"})");
  EXPECT_EQ(*tool_error_message("c1", "no"),
            R"({"role":"tool","content":[{"type":"text","text":"no"}],"tool_call_id":"c1",)"
            R"("is_error":true})");
}

TEST(Message, TakesAnythingAsText) {
  EXPECT_EQ(text_of_message(*user_message("half \xC3")), "half \xEF\xBF\xBD");
  EXPECT_EQ(text_of_message(*tool_message("c1", "plain", ToolMessageKind::kResult)), "plain");
}

TEST(Message, TextIsThatOfAllTextParts) {
  EXPECT_EQ(text_of_message(
                R"({"role":"assistant","content":[{"type":"reasoning","text":"hm"},)"
                R"({"type":"text","text":"a"},{"type":"image"},{"type":"text","text":"b"}]})"),
            "ab");
  for (const char* odd : {"", "[]", "{}", R"({"content":"x"})", R"({"content":[1,null]})"}) {
    EXPECT_EQ(text_of_message(odd), "") << odd;
  }
}

}  // namespace
}  // namespace sandport::testing

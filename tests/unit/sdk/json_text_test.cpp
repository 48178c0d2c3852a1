#include <gtest/gtest.h>
#include <sandport/json_text.hpp>

#include <string_view>

namespace sandport {
namespace {

TEST(JsonQuote, EscapesWhatJsonForbids) {
  EXPECT_EQ(json_quote("a\"b\\c\n\t\r\x01z"), R"("a\"b\\c\n\t\r\u0001z")");
  EXPECT_EQ(json_quote(std::string_view{"\0", 1}), R"("\u0000")");
}

TEST(JsonQuote, KeepsUtf8) { EXPECT_EQ(json_quote("é€😀"), "\"é€😀\""); }

TEST(JsonQuote, ReplacesEachOctetThatIsNotUtf8) {
  EXPECT_EQ(json_quote("a\xFFz"), "\"a\uFFFDz\"");
  EXPECT_EQ(json_quote("\xC0\xAF"), "\"\uFFFD\uFFFD\"");            // overlong
  EXPECT_EQ(json_quote("\xED\xA0\x80"), "\"\uFFFD\uFFFD\uFFFD\"");  // surrogate
  EXPECT_EQ(json_quote("\xF4\x90\x80\x80"), "\"\uFFFD\uFFFD\uFFFD\uFFFD\"");
  EXPECT_EQ(json_quote("cut \xE2\x82"), "\"cut \uFFFD\uFFFD\"");
}

TEST(JsonObject, WritesMembersInOrder) {
  EXPECT_EQ(JsonObject{}.text("a", "x").number("b", -1).boolean("c", true).raw("d", "[]").take(),
            R"({"a":"x","b":-1,"c":true,"d":[]})");
  EXPECT_EQ(JsonObject{}.take(), "{}");
  EXPECT_EQ(JsonArray{}.text("x").raw("1").take(), R"(["x",1])");
}

}  // namespace
}  // namespace sandport

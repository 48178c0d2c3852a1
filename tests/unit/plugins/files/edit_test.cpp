#include "plugins/tools/files/edit.hpp"

#include <gmock/gmock.h>

namespace {

using files::apply_edit;
using files::Edit;
using testing::HasSubstr;

std::string edited(std::string content, const Edit& edit) {
  const auto outcome = apply_edit(content, edit);
  EXPECT_EQ(outcome.error, "");
  return content;
}

std::string refusal(std::string content, const Edit& edit) {
  const std::string before = content;
  const auto outcome = apply_edit(content, edit);
  EXPECT_EQ(content, before) << "a refused edit must change nothing";
  return outcome.error;
}

TEST(Edit, ReplacesTheOneMatch) { EXPECT_EQ(edited("a OLD b", {"OLD", "NEW"}), "a NEW b"); }

TEST(Edit, GivesNoMeaningToDollarsAndBackslashes) {
  EXPECT_EQ(edited("aOLDc", {"OLD", "$&b$$\\1"}), "a$&b$$\\1c");
}

TEST(Edit, KeepsBytesThatAreNotUtf8) {
  const std::string content = "caf\xE9\nOLD\n\xFF\xFE";
  EXPECT_EQ(edited(content, {"OLD", "new"}), "caf\xE9\nnew\n\xFF\xFE");
}

TEST(Edit, KeepsCrlfWhenTheTextIsGivenWithLf) {
  std::string content = "one\r\ntwo\r\nthree\r\n";
  const auto outcome = apply_edit(content, {"one\ntwo\n", "1\n2\n"});
  EXPECT_EQ(content, "1\r\n2\r\nthree\r\n");
  EXPECT_TRUE(outcome.kept_crlf);
}

TEST(Edit, PrefersTheExactBytesToAChangeOfLineEnds) {
  EXPECT_EQ(edited("a\r\nb a\nb", {"a\nb", "x"}), "a\r\nb x");
}

TEST(Edit, RefusesAMatchThatIsNotUniqueAndNamesTheLines) {
  EXPECT_THAT(refusal("x\ny\nx\n", {"x", "z"}), HasSubstr("2 times (lines 1, 3)"));
}

TEST(Edit, ReplacesAllWhenAsked) { EXPECT_EQ(edited("x x x", {"x", "xx", true}), "xx xx xx"); }

TEST(Edit, CountsReplacementsAndFindsTheFirstLine) {
  std::string content = "\n\nx\nx\n";
  const auto outcome = apply_edit(content, {"x", "y", true});
  EXPECT_EQ(outcome.replacements, 2u);
  EXPECT_EQ(outcome.first_line, 3u);
}

TEST(Edit, FillsAnEmptyFileButRefusesAnEmptyTextElsewhere) {
  EXPECT_EQ(edited("", {"", "hello"}), "hello");
  EXPECT_THAT(refusal("text", {"", "hello"}), HasSubstr("empty"));
}

TEST(Edit, RefusesToChangeNothing) { EXPECT_THAT(refusal("a", {"a", "a"}), HasSubstr("same")); }

TEST(NearMiss, ShowsALineThatDiffersOnlyInWhiteSpace) {
  const std::string error =
      refusal("int main() {\n\treturn 0;\n}\n", {"    return 0;", "return 1;"});
  EXPECT_THAT(error, HasSubstr("line 2 differs only in white space"));
  EXPECT_THAT(error, HasSubstr("\\treturn 0;"));
}

TEST(NearMiss, TellsCrlfGivenForAFileWithLf) {
  EXPECT_THAT(refusal("a\nb\n", {"a\r\nb", "c"}), HasSubstr("the file has LF"));
}

TEST(NearMiss, TellsLineNumbersThatWereCopiedAlong) {
  EXPECT_THAT(refusal("alpha\nbeta\n", {"     1\talpha\n     2\tbeta", "c"}),
              HasSubstr("leave out the line numbers"));
}

TEST(NearMiss, TellsEscapesGivenForCharacters) {
  EXPECT_THAT(refusal("say \"hi\"\n", {"say \\\"hi\\\"", "c"}), HasSubstr("escapes"));
}

TEST(NearMiss, ShowsWhereALongerTextStopsMatching) {
  const std::string error = refusal("a\nb\nc\n", {"a\nb\nX\n", "y"});
  EXPECT_THAT(error, HasSubstr("first 2 lines are at line 1"));
  EXPECT_THAT(error, HasSubstr("line 3 is \"c\" where \"X\""));
}

TEST(NearMiss, SaysWhenNothingComesClose) {
  EXPECT_THAT(refusal("a\n", {"zzz", "y"}), HasSubstr("read the file again"));
}

}  // namespace

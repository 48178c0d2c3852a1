#include "core/sandbox/wildcard.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.hpp"

namespace sandport {
namespace {

using ::testing::ElementsAre;

bool matches(std::string_view name, std::string_view pattern) {
  return matches_wildcard(name, pattern, LetterCase::kSensitive);
}

TEST(Wildcard, StarMatchesAnyRunOfCharacters) {
  EXPECT_TRUE(matches("charlie.txt", "*.txt"));
  EXPECT_TRUE(matches(".gitlab-ci.yml", "*.yml"));
  EXPECT_TRUE(matches("abcbc", "a*bc"));
  EXPECT_TRUE(matches("", "*"));
  EXPECT_FALSE(matches("charlie.TXT", "*.txt"));
  EXPECT_FALSE(matches("abd", "a*bc"));
}

TEST(Wildcard, QuestionMarkIsOneCharacterNotOneByte) {
  EXPECT_TRUE(matches("caf\xc3\xa9", "caf?"));
  EXPECT_TRUE(matches("caf\xff", "caf?"));
  EXPECT_FALSE(matches("caf", "caf?"));
}

TEST(Wildcard, ClassesHaveRangesAndNegation) {
  EXPECT_TRUE(matches("b2", "[a-c][!3-9]"));
  EXPECT_FALSE(matches("b4", "[a-c][!3-9]"));
  EXPECT_TRUE(matches("]", "[]]"));
  EXPECT_TRUE(matches("[x", "[x"));
  EXPECT_TRUE(matches("-", "[a-]"));
  EXPECT_TRUE(matches("\xc3\xa9", "[\xc3\xa0-\xc3\xbf]"));
}

TEST(Wildcard, IgnoringCaseFoldsAsciiLetters) {
  EXPECT_TRUE(matches_wildcard("README.MD", "readme.*", LetterCase::kIgnore));
  EXPECT_TRUE(matches_wildcard("b", "[A-C]", LetterCase::kIgnore));
}

TEST(Wildcard, ManyStarsStayFast) {
  const std::string name(5000, 'a');
  EXPECT_FALSE(matches(name, "*a*a*a*a*a*a*a*a*b"));
}

bool path_matches(std::string_view path, std::string_view pattern,
                  DotFiles dot_files = DotFiles::kInclude) {
  return PathPattern{pattern, LetterCase::kSensitive, dot_files}.matches(path);
}

TEST(PathPattern, DoubleStarIsAnyNumberOfDirectories) {
  EXPECT_TRUE(path_matches("src/.config/settings.yml", "src/**/*.yml"));
  EXPECT_TRUE(path_matches("src/a.yml", "src/**/*.yml"));
  EXPECT_TRUE(path_matches("a/b/x/c/d", "a/**/x/**/d"));
  EXPECT_FALSE(path_matches("other/a.yml", "src/**/*.yml"));
  EXPECT_FALSE(path_matches("a/b/c.c", "a/b*.c"));
  EXPECT_TRUE(path_matches("a/b1.c", "a/b*.c"));
}

TEST(PathPattern, SkipsDotFilesUnlessNamed) {
  EXPECT_FALSE(path_matches("a/.git/b", "**/b", DotFiles::kSkip));
  EXPECT_FALSE(path_matches(".b", "*", DotFiles::kSkip));
  EXPECT_TRUE(path_matches(".github/b", ".github/*", DotFiles::kSkip));
  EXPECT_TRUE(path_matches("a/.git/b", "**/b"));
}

TEST(PathPattern, RefusesWhatLeavesTheRoot) {
  for (const auto* const pattern : {"", "/etc/*", "../*", "a/../b", "."}) {
    EXPECT_THROW(PathPattern(pattern, LetterCase::kSensitive, DotFiles::kInclude), Error)
        << pattern;
  }
}

TEST(ExpandBraces, GivesEachChoice) {
  EXPECT_THAT(expand_braces("*.{c,h}"), ElementsAre("*.c", "*.h"));
  EXPECT_THAT(expand_braces("{a,b{1,2}}.{x,y}"),
              ElementsAre("a.x", "a.y", "b1.x", "b1.y", "b2.x", "b2.y"));
  EXPECT_THAT(expand_braces("*.{c"), ElementsAre("*.{c"));
}

}  // namespace
}  // namespace sandport

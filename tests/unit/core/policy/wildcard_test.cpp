#include "core/policy/wildcard.hpp"

#include <gtest/gtest.h>

#include <string>

namespace sandport {
namespace {

bool path_matches(const char* pattern, const char* path) {
  return Wildcard(pattern, Wildcard::Style::kPath).covers(path);
}

TEST(Wildcard, MatchesWholeText) {
  EXPECT_TRUE(Wildcard("fs_*").covers("fs_read"));
  EXPECT_TRUE(Wildcard("fs_*").covers("fs_"));
  EXPECT_FALSE(Wildcard("fs_*").covers("xfs_read"));
  EXPECT_TRUE(Wildcard("a?c").covers("abc"));
  EXPECT_FALSE(Wildcard("a?c").covers("ac"));
  EXPECT_TRUE(Wildcard("*b*").covers("a/b\nc"));
  EXPECT_TRUE(Wildcard("a\\*").covers("a*"));
  EXPECT_FALSE(Wildcard("a\\*").covers("ab"));
  EXPECT_TRUE(Wildcard("").covers(""));
}

TEST(Wildcard, KeepsToOnePartOfAPath) {
  EXPECT_TRUE(path_matches("/a/*", "/a/b"));
  EXPECT_FALSE(path_matches("/a/*", "/a/b/c"));
  EXPECT_TRUE(path_matches("/a/**", "/a/b/c"));
  EXPECT_TRUE(path_matches("/a/**/c", "/a/c"));
  EXPECT_TRUE(path_matches("/a/**/c", "/a/b/b/c"));
  EXPECT_FALSE(path_matches("/a/**/c", "/a/bc"));
  EXPECT_FALSE(path_matches("/a?b", "/a/b"));
}

TEST(Wildcard, TellsWhatIsSureFromWhatMayBe) {
  const std::string unknown_word{'g', 'i', 't', ' ', kUnknownText};
  EXPECT_TRUE(Wildcard("git *").covers(unknown_word));
  EXPECT_FALSE(Wildcard("git push").covers(unknown_word));
  EXPECT_TRUE(Wildcard("git push").may_match(unknown_word));
  EXPECT_FALSE(Wildcard("hg push").may_match(unknown_word));
  EXPECT_FALSE(Wildcard("git ?").covers(unknown_word));
}

TEST(Wildcard, TakesNoExponentialTime) {
  std::string pattern;
  for (int index = 0; index < 50; ++index) {
    pattern += "*a";
  }
  EXPECT_FALSE(Wildcard(pattern + "b").covers(std::string(5000, 'a')));
}

}  // namespace
}  // namespace sandport

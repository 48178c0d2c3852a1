#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plugins/templates/e2b/files/ignore_rules.hpp"
#include "plugins/templates/e2b/files/source_pattern.hpp"
#include "plugins/templates/e2b/files/wildcard.hpp"

namespace {

using namespace e2b_template;
using testing::UnorderedElementsAre;

bool matches(const char* pattern, const char* path) { return Wildcard{pattern}.matches(path); }

TEST(Wildcard, StopsAtSlashes) {
  EXPECT_TRUE(matches("*.log", "a.log"));
  EXPECT_TRUE(matches("*", ".hidden"));
  EXPECT_FALSE(matches("*.log", "d/a.log"));
  EXPECT_TRUE(matches("d/?.log", "d/a.log"));
  EXPECT_FALSE(matches("d?a.log", "d/a.log"));
  EXPECT_TRUE(matches("[a-c]x[^0-9]", "bxy"));
  EXPECT_FALSE(matches("[a-c]x[!0-9]", "bx1"));
  EXPECT_TRUE(matches("\\*[x", "*[x"));
  EXPECT_FALSE(matches("", "a"));
}

TEST(Wildcard, CrossesThemWithTwoStars) {
  EXPECT_TRUE(matches("**/a", "a"));
  EXPECT_TRUE(matches("**/a", "x/y/a"));
  EXPECT_FALSE(matches("**/a", "x/ya"));
  EXPECT_TRUE(matches("x/**", "x/y/z"));
  EXPECT_TRUE(matches("x/**/z", "x/z"));
  EXPECT_TRUE(matches("x/**/z", "x/1/2/z"));
  EXPECT_FALSE(matches("x/**/z", "x/1z"));
  EXPECT_TRUE(matches("**/*.pyc", "a/b.pyc"));
}

TEST(Wildcard, IsNotSlowedDownByStars) {
  EXPECT_FALSE(matches("*a*a*a*a*a*a*a*a*a*a*b", std::string(5000, 'a').c_str()));
}

TEST(Wildcard, ExpandsBraces) {
  EXPECT_THAT(expand_braces("{a,b}/{c,d}"), UnorderedElementsAre("a/c", "a/d", "b/c", "b/d"));
  EXPECT_THAT(expand_braces("a{b}c"), UnorderedElementsAre("a{b}c"));
  EXPECT_THAT(expand_braces("a{b,}"), UnorderedElementsAre("a", "ab"));
}

class Ignore : public testing::Test {
 protected:
  // As a walk asks: folder by folder.
  bool ignored(const std::string& path) {
    auto met = rules_.root();
    for (std::size_t slash = path.find('/');; slash = path.find('/', slash + 1)) {
      met = rules_.meet(path.substr(0, slash), met);
      if (slash == std::string::npos) return rules_.ignores(met);
    }
  }
  IgnoreRules rules_;
};

TEST_F(Ignore, HasDockersMeaning) {
  rules_.add_file("# comment\r\n\nnode_modules/\n/dist\n*.log\n**/*.tmp\n!keep.log\n  ./a/b  \n");
  EXPECT_TRUE(ignored("node_modules"));
  EXPECT_TRUE(ignored("node_modules/x/y"));
  EXPECT_FALSE(ignored("sub/node_modules"));
  EXPECT_TRUE(ignored("dist/main.js"));
  EXPECT_TRUE(ignored("a.log"));
  EXPECT_FALSE(ignored("keep.log"));
  EXPECT_FALSE(ignored("sub/a.log"));
  EXPECT_TRUE(ignored("sub/a.tmp"));
  EXPECT_TRUE(ignored("a/b/c"));
  EXPECT_FALSE(ignored("# comment"));
}

TEST_F(Ignore, LetsTheLastRuleDecide) {
  rules_.add_file("docs\n!docs/*.md\ndocs/secret.md\n");
  EXPECT_TRUE(rules_.has_exceptions());
  EXPECT_TRUE(ignored("docs/a.txt"));
  EXPECT_FALSE(ignored("docs/a.md"));
  EXPECT_TRUE(ignored("docs/secret.md"));
}

TEST_F(Ignore, NeverLeavesOutTheContextItself) {
  rules_.add_file(".\n/\n");
  EXPECT_TRUE(rules_.empty());
}

TEST(SourcePattern, IsNormalised) {
  EXPECT_EQ(normal_source("./a//b/../c/"), "a/c");
  EXPECT_EQ(normal_source("."), ".");
  EXPECT_EQ(normal_source("a/.."), ".");
  EXPECT_FALSE(source_problem("a/../b"));
  EXPECT_TRUE(source_problem("a/../../b"));
}

}  // namespace

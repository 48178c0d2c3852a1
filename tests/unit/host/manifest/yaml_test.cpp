// YAML as a user may write it wrongly, or as an attacker may.
#include "tests/unit/host/manifest/manifest_fixture.hpp"

#include <gmock/gmock.h>

#include <memory>

#include "host/manifest/parse.hpp"

namespace sandport::manifest {
namespace {

using testing::HasSubstr;

class YamlTest : public testing::Test {
 protected:
  std::optional<Node> parse(const std::string& text) {
    sources_ = std::make_shared<Sources>();
    sources_->set_text(sources_->add("m.yaml", "."), text);
    Diagnostics diagnostics(sources_);
    Budget budget;
    auto root = parse_yaml(*sources_, 0, budget, diagnostics);
    problems_.clear();
    for (const Diagnostic& diagnostic : diagnostics.take()) {
      problems_ += std::to_string(diagnostic.location.line) + ":" +
                   std::to_string(diagnostic.location.column) + ": " + diagnostic.message + "\n";
    }
    return root;
  }

  Node::Kind kind_of(const std::string& scalar) {
    auto root = parse("a: " + scalar + "\n");
    return root && root->find("a") != nullptr ? root->find("a")->kind : Node::Kind::kInvalid;
  }

  std::shared_ptr<Sources> sources_;
  std::string problems_;
};

TEST_F(YamlTest, TypesPlainScalarsByTheCoreSchema) {
  using enum Node::Kind;
  for (const auto* text : {"~", "null", "Null", "NULL", ""})
    EXPECT_EQ(kind_of(text), kNull) << text;
  for (const auto* text : {"true", "False", "TRUE"}) EXPECT_EQ(kind_of(text), kBool) << text;
  for (const auto* text : {"0", "-5", "+7", "0x1F", "0o17", "007"}) {
    EXPECT_EQ(kind_of(text), kInteger) << text;
  }
  for (const auto* text : {"1.5", "-.5", "1.", "1e3", "+1.0E-2", "99999999999999999999"}) {
    EXPECT_EQ(kind_of(text), kFloat) << text;
  }
  for (const auto* text :
       {"5m", "yes", "no", "on", "1_000", "0x", "0x-1", "+-1", ".", "e5", "1e", ".inf", ".nan",
        "'5'", "\"true\"", "\"\"", "'null'", "!!str 5", "1.2.3"}) {
    EXPECT_EQ(kind_of(text), kString) << text;
  }
}

TEST_F(YamlTest, ReadsIntegersOfEachBase) {
  EXPECT_EQ(parse("a: 0x1F\n")->find("a")->integer, 31);
  EXPECT_EQ(parse("a: 0o17\n")->find("a")->integer, 15);
  EXPECT_EQ(parse("a: +7\n")->find("a")->integer, 7);
  EXPECT_EQ(parse("a: true\n")->find("a")->boolean, true);
  EXPECT_EQ(parse("a: -.5\n")->find("a")->real, -0.5);
}

TEST_F(YamlTest, SaysThatATabCannotIndent) {
  for (const auto* text : {"a:\n\tb: 1\n", "a:\n  b: 1\n\tc: 2\n", "a:\n\t- x\n"}) {
    EXPECT_FALSE(parse(text)) << text;
    EXPECT_THAT(problems_, HasSubstr(":1: a tab cannot indent YAML; use spaces")) << text;
  }
}

TEST_F(YamlTest, LeavesTabsInsideTextAlone) {
  EXPECT_EQ(parse("a: |\n  x\n  \ty\n")->find("a")->text, "x\n\ty\n");
  EXPECT_EQ(parse("a:\tb\n")->find("a")->text, "b");
}

TEST_F(YamlTest, ReportsEveryDuplicateKeyWithItsFirstLine) {
  (void)parse("a: 1\nb: {c: 1, c: 2}\na: 3\n");
  EXPECT_EQ(problems_,
            "2:11: duplicate key \"c\"; it is first set in line 2\n"
            "3:1: duplicate key \"a\"; it is first set in line 1\n");
}

TEST_F(YamlTest, ExpandsAnchorsAndMergeKeys) {
  const auto root = parse("base: &b {x: 1, y: 2}\none: *b\ntwo:\n  <<: *b\n  y: 3\n");
  ASSERT_TRUE(root) << problems_;
  EXPECT_EQ(root->find("one")->find("x")->integer, 1);
  EXPECT_EQ(root->find("two")->find("x")->integer, 1);
  EXPECT_EQ(root->find("two")->find("y")->integer, 3);
  EXPECT_EQ(root->find("two")->entries.size(), 2U);
}

TEST_F(YamlTest, RefusesAMergeKeyThatIsNoMap) {
  (void)parse("a:\n  <<: 5\n");
  EXPECT_THAT(problems_, HasSubstr("2:3: `<<` needs a map"));
}

TEST_F(YamlTest, StopsAnAliasBombAtOnce) {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int k = 0; k < 10; ++k) text += (k > 0 ? ", " : "") + before;
    text += "]\n";
  }
  EXPECT_FALSE(parse(text));
  EXPECT_THAT(problems_, HasSubstr("too large with its aliases expanded"));
}

TEST_F(YamlTest, StopsABombMadeOfText) {
  std::string text = "a: &a " + std::string(500'000, 'x') + "\nb: [";
  for (int i = 0; i < 1000; ++i) text += "*a, ";
  EXPECT_FALSE(parse(text + "]\n"));
  EXPECT_THAT(problems_, HasSubstr("too large with its aliases expanded"));
}

TEST_F(YamlTest, RefusesAnAliasInsideItsOwnAnchor) {
  EXPECT_FALSE(parse("a: &a [*a]\n"));
  EXPECT_THAT(problems_, HasSubstr("1:8: this alias stands inside its own anchor"));
}

TEST_F(YamlTest, RefusesAnUnknownAlias) {
  EXPECT_FALSE(parse("a: *nowhere\n"));
  EXPECT_THAT(problems_, HasSubstr("1:4: not valid YAML"));
}

TEST_F(YamlTest, StopsAtDeepNesting) {
  EXPECT_FALSE(parse("a: " + std::string(1000, '[') + std::string(1000, ']') + "\n"));
  EXPECT_THAT(problems_, HasSubstr("nested deeper than 64 levels"));
  EXPECT_FALSE(parse("a: " + std::string(500'000, '[')));
  EXPECT_FALSE(parse("a: " + std::string(500'000, '{')));
  EXPECT_NE(problems_, "");
  std::string lists;
  for (int i = 0; i < 100'000; ++i) lists += "- ";
  EXPECT_FALSE(parse(lists));
  EXPECT_THAT(problems_, HasSubstr("nested deeper than 64 levels"));
}

TEST_F(YamlTest, AllowsOneDocumentOnly) {
  EXPECT_FALSE(parse("a: 1\n---\nb: 2\n"));
  EXPECT_EQ(problems_, "2:1: only one YAML document is allowed; remove what follows `---`\n");
  EXPECT_TRUE(parse("---\na: 1\n...\n")) << problems_;
}

TEST_F(YamlTest, RefusesAnEmptyFile) {
  for (const auto* text : {"", "# only a comment\n", "---\n"}) {
    EXPECT_FALSE(parse(text));
    EXPECT_THAT(problems_, HasSubstr("the file is empty"));
  }
}

TEST_F(YamlTest, RefusesARootThatIsNoMap) {
  EXPECT_FALSE(parse("[a]\n"));
  EXPECT_EQ(problems_, "1:1: expected `key: value` lines, got a list\n");
}

TEST_F(YamlTest, RefusesBytesThatAreNotText) {
  EXPECT_FALSE(parse("a: 1\nb: x\xFFy\n"));
  EXPECT_EQ(problems_, "2:5: byte 0xFF is not UTF-8 text\n");
  EXPECT_FALSE(parse("a: \"x\x01\"\n"));
  EXPECT_THAT(problems_, HasSubstr("1:6: byte 0x01 is a control character"));
  for (const auto* text : {"\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82", "\x80"}) {
    EXPECT_FALSE(parse(std::string("a: ") + text)) << problems_;
    EXPECT_THAT(problems_, HasSubstr("is not UTF-8 text"));
  }
}

TEST_F(YamlTest, RefusesNulWrittenAsAnEscape) {
  (void)parse("a: \"x\\0secret:KEY\\0\"\n");
  EXPECT_EQ(problems_, "1:4: a string must not contain the NUL character\n");
}

TEST_F(YamlTest, FindsAQuoteThatNeverCloses) {
  EXPECT_FALSE(parse("a: \"x\nb: 1\n"));
  EXPECT_THAT(problems_, HasSubstr("quote"));
  EXPECT_FALSE(parse("a: 'it''s\n"));
  EXPECT_THAT(problems_, HasSubstr("quote"));
  EXPECT_TRUE(parse("a: 'it''s'\nb: \"a\\\"b\"\n")) << problems_;
}

TEST_F(YamlTest, FindsAKeyWithoutAColon) {
  EXPECT_FALSE(parse("a: 1\nbad\n"));
  EXPECT_EQ(problems_, "2:1: not valid YAML: expected `key: value`, got only \"bad\"\n");
  EXPECT_TRUE(parse("a:\n\"b\":\nc :\n")) << problems_;
}

TEST_F(YamlTest, FindsALineThatFallsOutOfTheIndentation) {
  EXPECT_FALSE(parse("  a: 1\n b: 2\n"));
  EXPECT_THAT(problems_, HasSubstr("2:2: not valid YAML: this line belongs to nothing above"));
}

TEST_F(YamlTest, ExplainsCommonSlips) {
  EXPECT_FALSE(parse("a: b: c\n"));
  EXPECT_THAT(problems_, HasSubstr("put quotes around a value that contains"));
  EXPECT_FALSE(parse("a: {b: 1\n"));
  EXPECT_THAT(problems_, HasSubstr("`{` is not closed"));
  EXPECT_FALSE(parse("a: {b: ${X}}\n"));
  EXPECT_THAT(problems_, HasSubstr("put quotes around \"${…}\""));
}

TEST_F(YamlTest, RefusesTagsAndStructuredKeys) {
  EXPECT_FALSE(parse("a: !env HOME\n"));
  EXPECT_THAT(problems_, HasSubstr("tags such as \"!env\" are not supported"));
  EXPECT_FALSE(parse("? [a]\n: 1\n"));
  EXPECT_THAT(problems_, HasSubstr("a key must be plain text"));
}

}  // namespace
}  // namespace sandport::manifest

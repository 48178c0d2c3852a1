#include "core/policy/shell_split.hpp"

#include <gmock/gmock.h>

#include <algorithm>

#include "core/policy/wildcard.hpp"

namespace sandport {
namespace {

using ::testing::ElementsAre;

// Each command as its words with one space between; what is not known is shown as %.
std::vector<std::string> commands(const std::string& text) {
  const ShellSplit split = split_shell(text);
  std::vector<std::string> lines;
  for (const SimpleCommand& command : split.commands) {
    std::string line;
    for (const ShellWord& word : command.words) {
      line += (line.empty() ? "" : " ") + word.text;
    }
    for (const ShellWord& target : command.writes) {
      line += " >" + target.text;
    }
    std::replace(line.begin(), line.end(), kUnknownText, '%');
    lines.push_back(line);
  }
  if (split.doubt) {
    lines.emplace_back("DOUBT");
  }
  return lines;
}

TEST(ShellSplit, SplitsAtOperators) {
  EXPECT_THAT(commands("a 1; b&&c||d|e&f\ng |& h"),
              ElementsAre("a 1", "b", "c", "d", "e", "f", "g", "h"));
  EXPECT_THAT(commands("a;"), ElementsAre("a"));
  EXPECT_THAT(commands("cd x; git push origin"), ElementsAre("cd x", "git push origin"));
}

TEST(ShellSplit, RemovesQuotes) {
  EXPECT_THAT(commands(R"(g"i"t 'pu'sh \-f "a;b" 'c && d' "\$x \"q\" \n")"),
              ElementsAre(R"(git push -f a;b c && d $x "q" \n)"));
  EXPECT_THAT(commands("git \\\n  push"), ElementsAre("git push"));
  EXPECT_THAT(commands("$'push' $\"x\""), ElementsAre("push x"));
  EXPECT_THAT(commands(R"($'p\x75sh')"), ElementsAre("p%75sh"));
}

TEST(ShellSplit, LeavesCommentsOut) {
  EXPECT_THAT(commands("a b#c # d; e\nf"), ElementsAre("a b#c", "f"));
}

TEST(ShellSplit, FindsCommandsInSubstitutions) {
  EXPECT_THAT(commands("a $(b; c) `d \\`e\\``"), ElementsAre("b", "c", "e", "d %", "a % %"));
  EXPECT_THAT(commands("a \"$(b \"$(c)\")\""), ElementsAre("c", "b %", "a %"));
  EXPECT_THAT(commands("a ${x:-$(b)} $((1 + $(c)))"), ElementsAre("b", "c", "a % %"));
  EXPECT_THAT(commands("X=$(b)"), ElementsAre("b", ""));
  EXPECT_THAT(commands("a <(b) >(c)"), ElementsAre("b", "c", "a % %"));
}

TEST(ShellSplit, FindsCommandsInCompounds) {
  EXPECT_THAT(commands("(a; b) && { c; d; }"), ElementsAre("a", "b", "c", "d"));
  EXPECT_THAT(commands("if a; then b; elif c; then d; else e; fi"),
              ElementsAre("a", "b", "c", "d", "e"));
  EXPECT_THAT(commands("while ! a; do b; done; until c\ndo\nd\ndone"),
              ElementsAre("a", "b", "c", "d"));
  EXPECT_THAT(commands("for i in 1 $(a); do b $i; done; for i do c; done"),
              ElementsAre("a", "b %", "c"));
  EXPECT_THAT(commands("case $x in a|b) c;; (*) d\n;; esac"), ElementsAre("c", "d"));
  EXPECT_THAT(commands("f() { a; }; f; function g { b; }"), ElementsAre("a", "f", "f", "b"));
  EXPECT_THAT(commands("echo if then done { }"), ElementsAre("echo if then done { }"));
  EXPECT_THAT(commands("'if' a"), ElementsAre("if a"));
}

TEST(ShellSplit, KeepsAssignmentsApart) {
  const ShellSplit split = split_shell("FOO=1 BAR+='a b' git  push X=1");
  ASSERT_EQ(split.commands.size(), 1U);
  EXPECT_THAT(split.commands[0].assignments, ElementsAre("FOO=1", "BAR+=a b"));
  EXPECT_EQ(split.commands[0].words.size(), 3U);
  EXPECT_THAT(commands("\"A\"=1 b"), ElementsAre("A=1 b"));
}

TEST(ShellSplit, NotesWhatIsWritten) {
  EXPECT_THAT(commands("a >x 2>>y <z 2>&1 >/dev/null b"), ElementsAre("a b >x >y"));
  EXPECT_THAT(commands("a &>x; b >&y"), ElementsAre("a >x", "b >y"));
  EXPECT_THAT(commands("(a) > x"), ElementsAre("a", " >x"));
  EXPECT_THAT(commands("> x"), ElementsAre(" >x"));
}

TEST(ShellSplit, ReadsHereDocuments) {
  EXPECT_THAT(commands("cat <<E; b\n$(c) git push\nE\nd"), ElementsAre("cat", "b", "c", "d"));
  EXPECT_THAT(commands("cat <<'E'\n$(c)\nE\nd"), ElementsAre("cat", "d"));
  EXPECT_THAT(commands("cat <<-E\n\tx\n\tE\nd <<< word"), ElementsAre("cat", "d"));
}

TEST(ShellSplit, KnowsWhatItCannotKnow) {
  EXPECT_THAT(commands("a $x \"$y\" *.c ~/z {b,c} [a-z]"), ElementsAre("a % % %.c ~/z % %"));
  EXPECT_THAT(commands("[ -f x ]"), ElementsAre("[ -f x ]"));
  EXPECT_THAT(commands("find . -exec ls {} +"), ElementsAre("find . -exec ls {} +"));
}

TEST(ShellSplit, DoubtsWhatItDoesNotUnderstand) {
  for (const char* text : {"",
                           "# only",
                           "'",
                           "\"a",
                           "a `b",
                           "$(a",
                           "(a",
                           "a)",
                           "a ;; b",
                           "a &&",
                           "| a",
                           "if a; then b",
                           "{ a",
                           "a }; }",
                           "case x in",
                           "cat <<E\nx",
                           "((x))",
                           "a=(b c)",
                           "echo $[1]",
                           "${x@P}",
                           "${x:-'a'}",
                           "coproc a",
                           "echo a &> x git push",
                           "a &>x >y git push",
                           "FO\\\nO=1 git push",
                           "th\\\nen",
                           "\"$\\\n(git push)\"",
                           "$((a) ; (git push))",
                           "echo $'\\'; git push; #'",
                           "for ((;;)); do a; done",
                           "cat <<E $(a\nE\n)",
                           "time { git push; }"}) {
    EXPECT_TRUE(split_shell(text).doubt) << text;
  }
  EXPECT_TRUE(split_shell(std::string("a\0b", 3)).doubt);
  EXPECT_TRUE(split_shell(std::string(300'000, 'a')).doubt);
}

TEST(ShellSplit, SurvivesDeepNesting) {
  for (const char* open : {"(", "$(", "\"$(", "${x:-", "{ ", "if ", "! ", "((", "f()"}) {
    std::string text;
    for (int index = 0; index < 20'000; ++index) {
      text += open;
    }
    EXPECT_TRUE(split_shell(text).doubt) << open;
  }
}

}  // namespace
}  // namespace sandport

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plugins/templates/e2b/dockerfile/words.hpp"

namespace {

using namespace e2b_template;
using testing::ElementsAre;
using testing::IsEmpty;

const Variables kVariables{{"A", "1"}, {"EMPTY", ""}};

std::string expanded(std::string_view word, Unknown unknown = Unknown::kRefuse) {
  const Expansion expansion = expand(word, '\\', kVariables, unknown);
  return expansion.problem.empty() ? expansion.text : "problem: " + expansion.problem;
}

TEST(DockerfileWords, SplitAtBlanksOutsideQuotes) {
  EXPECT_THAT(split_words(R"( a "b c"d 'e f' g\ h)", '\\'),
              ElementsAre("a", "\"b c\"d", "'e f'", "g\\ h"));
  EXPECT_THAT(split_words("  ", '\\'), IsEmpty());
}

TEST(DockerfileWords, LoseQuotesAndEscapes) {
  EXPECT_EQ(expanded(R"(a"b c"'d "e"'\ f)"), "ab cd \"e\" f");
  EXPECT_EQ(expanded(R"("a\b\"c")"), "a\\b\"c");
}

TEST(DockerfileWords, ExpandVariables) {
  EXPECT_EQ(expanded("$A-${A}x"), "1-1x");
  EXPECT_EQ(expanded("\"$A\"'$A'"), "1$A");
  EXPECT_EQ(expanded("${EMPTY:-d}${EMPTY-d}${A:+yes}${EMPTY:+no}${NONE:-$A}"), "dyes1");
  EXPECT_EQ(expanded("a$"), "a$");
  EXPECT_THAT(expanded("$NONE"), testing::HasSubstr("not known before the build"));
  EXPECT_THAT(expanded("${A"), testing::HasSubstr("without }"));
  EXPECT_THAT(expanded("${A#x}"), testing::HasSubstr("only :- and :+"));
}

TEST(DockerfileWords, KeepWhatTheServiceExpands) {
  EXPECT_EQ(expanded("/x:$PATH", Unknown::kKeep), "/x:${PATH}");
  EXPECT_EQ(expanded("$A:$PATH", Unknown::kKeep), "1:${PATH}");
  EXPECT_THAT(expanded("'$PATH'", Unknown::kKeep), testing::HasSubstr("cannot be kept"));
  EXPECT_THAT(expanded("\\$PATH", Unknown::kKeep), testing::HasSubstr("cannot be kept"));
  EXPECT_EQ(expanded("$NONE", Unknown::kEmpty), "");
}

}  // namespace

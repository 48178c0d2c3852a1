#include "plugins/tools/files/grep_text.hpp"

#include <gmock/gmock.h>

namespace {

using files::grep_text;
using files::GrepArguments;
using sandport::Match;
using testing::HasSubstr;
using testing::Not;

const std::vector<Match> kMatches{{"/w/a.c", 1, "one", false},
                                  {"/w/a.c", 2, "two", true},
                                  {"/w/a.c", 9, "nine\r", false},
                                  {"/w/b.c", 4, "four", false}};

GrepArguments arguments() {
  GrepArguments result;
  result.request.after = 1;
  result.limit = 100;
  return result;
}

TEST(GrepText, GroupsByFileAndMarksContext) {
  EXPECT_EQ(grep_text(kMatches, arguments(), "/w", {}),
            "a.c\n1:one\n2-two\n--\n9:nine\n\nb.c\n4:four\n");
}

TEST(GrepText, PagesThroughMatchesAndKeepsTheirContext) {
  auto page = arguments();
  page.limit = 1;
  EXPECT_THAT(grep_text(kMatches, page, "/w", {}),
              testing::AllOf(HasSubstr("1:one\n2-two\n"), HasSubstr("go on with offset 1"),
                             Not(HasSubstr("nine"))));
  page.offset = 2;
  EXPECT_EQ(grep_text(kMatches, page, "/w", {}), "b.c\n4:four\n");
}

TEST(GrepText, LeavesOutFilesThatHoldSecrets) {
  const std::vector<Match> secret{{"/w/.env", 1, "KEY=1", false}, {"/w/x", 1, "KEY", false}};
  EXPECT_THAT(grep_text(secret, arguments(), "/w", {}),
              testing::AllOf(HasSubstr("x\n1:KEY"), Not(HasSubstr("KEY=1")),
                             HasSubstr("1 files that hold secrets")));
}

TEST(GrepText, CutsLongLines) {
  const std::vector<Match> match{{"/w/x", 1, std::string(1000, 'y'), false}};
  EXPECT_THAT(grep_text(match, arguments(), "/w", {.line_length = 10}),
              HasSubstr("yyyyyyyyyy … [line of 1000 bytes cut]"));
}

TEST(GrepText, SaysThatNothingWasFound) {
  EXPECT_EQ(grep_text({}, arguments(), "/w", {}), "No matches.\n");
}

}  // namespace

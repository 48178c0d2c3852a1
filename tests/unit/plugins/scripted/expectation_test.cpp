#include "plugins/models/scripted/expectation.hpp"

#include <gmock/gmock.h>

namespace {

using scripted::Expectation;
using scripted::ToolResult;
using scripted::unmet;
using testing::HasSubstr;

const std::vector<ToolResult> kResults{{"fs_read", "one\ntwo", false},
                                       {"bash_run", "exit code 1", true}};

Expectation expect(std::string tool) {
  Expectation expectation;
  expectation.tool = std::move(tool);
  return expectation;
}

TEST(Expectation, HoldsForAMatchingResult) {
  auto expectation = expect("fs_read");
  expectation.contains = "two";
  expectation.matches = "^one\\s+t.o$";
  expectation.equals = "one\ntwo";
  expectation.is_error = false;
  expectation.not_contains = "three";
  EXPECT_EQ(unmet(expectation, kResults), "");
}

TEST(Expectation, SaysWhatWasExpectedAndSeen) {
  auto expectation = expect("fs_read");
  expectation.contains = "three";
  EXPECT_EQ(unmet(expectation, kResults),
            "expected a tool result of fs_read to contain \"three\", but it was \"one\\ntwo\"");
}

TEST(Expectation, FailsWhenTheToolWasNotCalled) {
  EXPECT_THAT(unmet(expect("fs_write"), kResults),
              HasSubstr("fs_write, but there were results of fs_read, bash_run"));
  EXPECT_THAT(unmet(expect("fs_write"), {}), HasSubstr("no results"));
}

TEST(Expectation, ChecksTheResultAtAnIndex) {
  Expectation expectation;
  expectation.index = 1;
  expectation.is_error = false;
  EXPECT_THAT(unmet(expectation, kResults), HasSubstr("not to be an error"));
}

TEST(Expectation, IsMetByAnyResultOfTheTool) {
  const std::vector<ToolResult> twice{{"t", "a", false}, {"t", "b", false}};
  auto expectation = expect("t");
  expectation.equals = "a";
  EXPECT_EQ(unmet(expectation, twice), "");
  expectation.equals = "b";
  EXPECT_EQ(unmet(expectation, twice), "");
}

}  // namespace

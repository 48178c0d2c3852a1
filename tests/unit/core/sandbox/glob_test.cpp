#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.hpp"
#include "core/sandbox/search.hpp"
#include "testing.hpp"
#include "testing_sandbox.hpp"

namespace sandport {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

class GlobTest : public ::testing::Test {
 protected:
  std::vector<std::string> find(const std::string& pattern, GlobRequest request = {}) {
    request.root = directory_.path();
    request.pattern = pattern;
    auto paths = testing::run_to_end(glob(sandbox_, request));
    for (auto& path : paths) path.erase(0, directory_.path().size() + 1);
    return paths;
  }

  testing::TemporaryDirectory directory_;
  testing::TestingSandbox sandbox_;
};

TEST_F(GlobTest, MatchesOneLevelWithCaseAndDotFiles) {
  for (const auto* const name : {"a.txt", "b.md", "charlie.TXT", ".hidden.txt", "sub/d.txt"}) {
    directory_.write(name, "");
  }
  EXPECT_THAT(find("*.txt"), ElementsAre(".hidden.txt", "a.txt"));
  GlobRequest ignoring;
  ignoring.letter_case = LetterCase::kIgnore;
  EXPECT_THAT(find("*.txt", ignoring), ElementsAre(".hidden.txt", "a.txt", "charlie.TXT"));
  GlobRequest without_dots;
  without_dots.dot_files = DotFiles::kSkip;
  EXPECT_THAT(find("*.txt", without_dots), ElementsAre("a.txt"));
}

TEST_F(GlobTest, FindsBelowAFixedPrefixAtAnyDepth) {
  for (const auto* const name : {"src/.config/settings.yml", "src/top.yml", "other/x.yml"}) {
    directory_.write(name, "");
  }
  EXPECT_THAT(find("src/**/*.yml"), ElementsAre("src/.config/settings.yml", "src/top.yml"));
  EXPECT_THAT(sandbox_.listings, Each(Pair(directory_.path() + "/src", ::testing::_)));
}

TEST_F(GlobTest, ListsOnlyWhereThePatternCanMatch) {
  for (const auto* const name : {"a/b1.c", "a/b/c.c", "z/b1.c", "a/deep/er/b1.c"}) {
    directory_.write(name, "");
  }
  EXPECT_THAT(find("a/b*.c"), ElementsAre("a/b1.c"));
  EXPECT_THAT(sandbox_.listings, ElementsAre(Pair(directory_.path() + "/a", 1)));
}

TEST_F(GlobTest, AsksForALiteralNameInsteadOfListing) {
  directory_.write("a/b.c", "");
  EXPECT_THAT(find("a/b.c"), ElementsAre("a/b.c"));
  EXPECT_THAT(find("a/missing.c"), IsEmpty());
  EXPECT_THAT(sandbox_.listings, IsEmpty());
}

TEST_F(GlobTest, EndingInDoubleStarFindsDirectories) {
  directory_.write("a/b/c.txt", "");
  EXPECT_THAT(find("a/**"), ElementsAre("a", "a/b"));
}

TEST_F(GlobTest, GoesDeeperThanOneListing) {
  std::string deep;
  for (int level = 0; level < 40; ++level) deep += "d/";
  directory_.write(deep + "end.txt", "");
  EXPECT_THAT(find("**/*.txt"), ElementsAre(deep + "end.txt"));
}

TEST_F(GlobTest, DoesNotEnterLinkedDirectories) {
  directory_.write("real/a.txt", "");
  std::filesystem::create_directory_symlink(directory_.path(), directory_.path() + "/real/loop");
  EXPECT_THAT(find("**/a.txt"), ElementsAre("real/a.txt"));
}

TEST_F(GlobTest, LimitsTheSortedResultAndTypes) {
  for (const auto* const name : {"c", "a", "b/x"}) directory_.write(name, "");
  GlobRequest limited;
  limited.limit = 2;
  EXPECT_THAT(find("*", limited), ElementsAre("a", "b"));
  GlobRequest files;
  files.types = GlobTypes::kFiles;
  EXPECT_THAT(find("*", files), ElementsAre("a", "c"));
}

TEST_F(GlobTest, TellsThatTheRootIsMissing) {
  GlobRequest request;
  request.root = directory_.path() + "/nowhere";
  request.pattern = "*";
  EXPECT_THROW(testing::run_to_end(glob(sandbox_, request)), Error);
}

}  // namespace
}  // namespace sandport

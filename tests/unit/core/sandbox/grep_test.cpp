#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "core/error.hpp"
#include "core/sandbox/search.hpp"
#include "testing.hpp"
#include "testing_sandbox.hpp"

namespace sandport {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Which tools the sandbox has.
enum class Tools { kRipgrep, kGnuGrep, kPlainGrep };

// A grep that knows no more than POSIX asks for, and `-m`, as BusyBox has it.
constexpr const char* kPlainGrepScript = R"(#!/bin/sh
for argument; do case $argument in --) break;; -*[rZPI]*) echo "bad option" >&2; exit 2;; esac; done
exec /bin/grep "$@"
)";

class GrepTest : public ::testing::TestWithParam<Tools> {
 protected:
  void SetUp() override {
    if (GetParam() == Tools::kRipgrep) {
      if (!std::filesystem::exists("/usr/bin/rg")) GTEST_SKIP() << "no ripgrep on this machine";
      link("rg");
    }
    for (const auto* const tool : {"sh", "find", "head", "tr", "wc"}) link(tool);
    if (GetParam() == Tools::kPlainGrep) {
      tools_.write("grep", kPlainGrepScript);
      std::filesystem::permissions(tools_.path() + "/grep", std::filesystem::perms::owner_all);
    } else {
      link("grep");
    }
    sandbox_.path_variable = tools_.path();
  }

  void link(const std::string& tool) {
    const auto* const place = std::filesystem::exists("/usr/bin/" + tool) ? "/usr/bin/" : "/bin/";
    std::filesystem::create_symlink(place + tool, tools_.path() + "/" + tool);
  }

  std::vector<GrepMatch> search(const std::string& pattern, GrepRequest request = {}) {
    if (request.root.empty()) request.root = directory_.path();
    request.pattern = pattern;
    return testing::run_to_end(grep(sandbox_, request));
  }

  // "path:number:line", with - for context.
  std::vector<std::string> lines(const std::string& pattern, GrepRequest request = {}) {
    std::vector<std::string> found;
    for (const auto& match : search(pattern, std::move(request))) {
      const char* const mark = match.kind == GrepMatch::Kind::kContext ? "-" : ":";
      found.push_back(match.path.substr(directory_.path().size() + 1) + mark +
                      std::to_string(match.number) + mark + match.line);
    }
    return found;
  }

  testing::TemporaryDirectory directory_;
  testing::TemporaryDirectory tools_;
  testing::TestingSandbox sandbox_;
};

TEST_P(GrepTest, FindsLinesSortedByPath) {
  directory_.write("b.txt", "one\ntwo needle\n");
  directory_.write("a/c.txt", "needle at once\nno\nneedle 3");
  EXPECT_THAT(lines("needle"),
              ElementsAre("a/c.txt:1:needle at once", "a/c.txt:3:needle 3", "b.txt:2:two needle"));
}

TEST_P(GrepTest, FindsNothing) {
  directory_.write("a.txt", "hay\n");
  EXPECT_THAT(lines("needle"), IsEmpty());
}

TEST_P(GrepTest, CopesWithNamesOfAnyBytes) {
  directory_.write("new\nline:7:x", "needle 'quoted'\n");
  directory_.write("-e\xff", "needle\n");
  EXPECT_THAT(lines("needle"), ElementsAre("-e\xff:1:needle", "new\nline:7:x:1:needle 'quoted'"));
}

TEST_P(GrepTest, KeepsBytesOfLines) {
  directory_.write("a.txt", "\xe9t\xe9 needle\r\n");
  EXPECT_THAT(lines("needle"), ElementsAre("a.txt:1:\xe9t\xe9 needle\r"));
}

TEST_P(GrepTest, SkipsBinaryFiles) {
  directory_.write("image.bin", std::string("needle\n\0\1\2", 10));
  directory_.write("a.txt", "needle\n");
  EXPECT_THAT(lines("needle"), ElementsAre("a.txt:1:needle"));
}

TEST_P(GrepTest, SkipsVersionControlButNotDotFiles) {
  directory_.write(".git/config", "needle\n");
  directory_.write("sub/.git/config", "needle\n");
  directory_.write(".env", "needle\n");
  EXPECT_THAT(lines("needle"), ElementsAre(".env:1:needle"));
}

TEST_P(GrepTest, ShowsContext) {
  directory_.write("a.txt", "1\n2\nneedle\n4\n5\n6\n7\nneedle\n");
  GrepRequest request;
  request.before = 1;
  request.after = 1;
  EXPECT_THAT(lines("needle", request), ElementsAre("a.txt-2-2", "a.txt:3:needle", "a.txt-4-4",
                                                    "a.txt-7-7", "a.txt:8:needle"));
}

TEST_P(GrepTest, IgnoresCaseAndTakesFixedText) {
  directory_.write("a.txt", "A.B\naxb\n");
  GrepRequest request;
  request.letter_case = LetterCase::kIgnore;
  EXPECT_THAT(lines("a.b", request), ElementsAre("a.txt:1:A.B", "a.txt:2:axb"));
  request.syntax = GrepSyntax::kFixed;
  EXPECT_THAT(lines("a.b", request), ElementsAre("a.txt:1:A.B"));
}

TEST_P(GrepTest, TakesPatternsThatStartWithADashOrHoldQuotes) {
  directory_.write("a.txt", "--flag 'x'\n");
  EXPECT_THAT(lines("--flag 'x'"), ElementsAre("a.txt:1:--flag 'x'"));
}

TEST_P(GrepTest, FiltersByNameAndByPath) {
  for (const auto* const name : {"a.c", "a.h", "sub/b.c", "sub/b.py"}) {
    directory_.write(name, "needle\n");
  }
  GrepRequest request;
  request.glob = "*.{c,h}";
  EXPECT_THAT(lines("needle", request),
              ElementsAre("a.c:1:needle", "a.h:1:needle", "sub/b.c:1:needle"));
  request.glob = "sub/**/*.c";
  EXPECT_THAT(lines("needle", request), ElementsAre("sub/b.c:1:needle"));
  request.glob = "!*.c";
  EXPECT_THAT(lines("needle", request), ElementsAre("a.h:1:needle", "sub/b.py:1:needle"));
}

TEST_P(GrepTest, NamesFilesAndCountsLines) {
  directory_.write("a.txt", "needle\nneedle needle\n");
  directory_.write("b.txt", "needle\n");
  GrepRequest request;
  request.output = GrepOutput::kFiles;
  EXPECT_THAT(lines("needle", request), ElementsAre("a.txt:0:", "b.txt:0:"));
  request.output = GrepOutput::kCounts;
  EXPECT_THAT(lines("needle", request), ElementsAre("a.txt:2:", "b.txt:1:"));
}

TEST_P(GrepTest, StopsAtTheLimit) {
  directory_.write("a.txt", "needle 1\nneedle 2\nneedle 3\n");
  GrepRequest request;
  request.limit = 2;
  EXPECT_THAT(lines("needle", request), ElementsAre("a.txt:1:needle 1", "a.txt:2:needle 2"));
}

TEST_P(GrepTest, SearchesOneFile) {
  directory_.write("a.txt", "needle\n");
  directory_.write("b.txt", "needle\n");
  GrepRequest request;
  request.root = directory_.path() + "/b.txt";
  EXPECT_THAT(lines("needle", request), ElementsAre("b.txt:1:needle"));
}

TEST_P(GrepTest, TellsABadPatternFromNoMatch) {
  directory_.write("a.txt", "needle\n");
  try {
    (void)search("(unclosed");
    FAIL() << "the pattern was accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::kInvalidArgument);
    EXPECT_THAT(error.what(), ::testing::Not(HasSubstr("\n")));
  }
}

TEST_P(GrepTest, TellsThatTheRootIsMissing) {
  GrepRequest request;
  request.root = directory_.path() + "/nowhere";
  try {
    (void)search("x", request);
    FAIL() << "the root was found";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::kNotFound);
  }
}

TEST_P(GrepTest, SpansLinesOnlyWithRipgrep) {
  directory_.write("a.txt", "0\nfirst\nsecond\n");
  GrepRequest request;
  request.span = GrepSpan::kMultiline;
  if (GetParam() == Tools::kRipgrep) {
    EXPECT_THAT(lines("first.second", request), ElementsAre("a.txt:2:first", "a.txt:3:second"));
    return;
  }
  try {
    (void)search("first.second", request);
    FAIL() << "searched over lines";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::kUnimplemented);
  }
}

INSTANTIATE_TEST_SUITE_P(, GrepTest,
                         ::testing::Values(Tools::kRipgrep, Tools::kGnuGrep, Tools::kPlainGrep),
                         [](const auto& param) {
                           return param.param == Tools::kRipgrep   ? "Ripgrep"
                                  : param.param == Tools::kGnuGrep ? "GnuGrep"
                                                                   : "PlainGrep";
                         });

TEST(Grep, TellsThatTheSandboxHasNoTool) {
  testing::TemporaryDirectory empty;
  testing::TestingSandbox sandbox;
  sandbox.path_variable = empty.path();
  GrepRequest request;
  request.root = "/";
  request.pattern = "x";
  try {
    (void)testing::run_to_end(grep(sandbox, request));
    FAIL() << "searched with nothing";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::kFailedPrecondition);
  }
}

}  // namespace
}  // namespace sandport

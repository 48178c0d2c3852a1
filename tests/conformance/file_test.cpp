// Files: A5 to A7, B2 to B9 and E5 to E9 of the checklist.
#include <gmock/gmock.h>

#include <numeric>

#include "tests/conformance/backend_under_test.hpp"

namespace sandport::conformance {
namespace {

using testing::ElementsAre;
using testing::UnorderedElementsAre;
using FileConformance = BackendTest;

TEST_P(FileConformance, WriteAppendReadRoundTrip) {
  write(path("a.txt"), "hello");
  write(path("a.txt"), " world", WriteMode::kAppend);
  EXPECT_EQ(read(path("a.txt")), "hello world");
  EXPECT_EQ(wait(files().stat(path("a.txt"))).type, FileType::kRegular);
  EXPECT_EQ(wait(files().stat(dir())).type, FileType::kDirectory);
}

TEST_P(FileConformance, SizeIsExact) {
  write(path("a"), std::string(12345, 'x'));
  EXPECT_EQ(wait(files().stat(path("a"))).size, 12345u);
}

TEST_P(FileConformance, ListYieldsTheChildrenOnly) {
  write(path("alpha.txt"), "");
  wait(files().mkdir(path("beta")));
  write(path("beta/inner"), "");
  EXPECT_THAT(names(dir()), ElementsAre("alpha.txt", "beta"));
}

TEST_P(FileConformance, ListBringsTypesSizesAndPaths) {
  write(path("f"), "123");
  ASSERT_TRUE(sh("ln -s f link").exit.success());
  for (const FileEntry& entry : wait(files().list(dir()))) {
    EXPECT_EQ(entry.path, path(entry.name));
    EXPECT_EQ(entry.type, entry.name == "f" ? FileType::kRegular : FileType::kSymlink);
    if (entry.name == "f") {
      EXPECT_EQ(entry.size, 3u);
    }
  }
}

TEST_P(FileConformance, GlobIsCaseSensitive) {
  write(path("alpha.txt"), "");
  write(path("charlie.TXT"), "");
  write(path("b.md"), "");
  EXPECT_THAT(glob_names("*.txt"), ElementsAre("alpha.txt"));
}

TEST_P(FileConformance, GlobFindsDotFilesAndGoesDeep) {
  write(path(".gitlab-ci.yml"), "");
  write(path("config.yml"), "");
  wait(files().mkdir(path("src/.config"), Parents::kCreate));
  write(path("src/.config/settings.yml"), "");
  wait(files().mkdir(path("a")));
  write(path("a/bx.c"), "");
  write(path("a/cx.c"), "");
  EXPECT_THAT(glob_names("*.yml"), UnorderedElementsAre(".gitlab-ci.yml", "config.yml"));
  EXPECT_THAT(glob_names("src/**/*.yml"), ElementsAre("src/.config/settings.yml"));
  EXPECT_THAT(glob_names("a/b*.c"), ElementsAre("a/bx.c"));
}

TEST_P(FileConformance, LineEndsAreKeptAsTheyAre) {
  write(path("lf"), "a\nb\n");
  write(path("crlf"), "a\r\nb\r\n");
  EXPECT_EQ(read(path("lf")), "a\nb\n");
  EXPECT_EQ(read(path("crlf")), "a\r\nb\r\n");
}

TEST_P(FileConformance, BytesAreBytes) {
  std::string all(256, '\0');
  std::iota(all.begin(), all.end(), '\0');
  write(path("bytes"), all);
  EXPECT_EQ(read(path("bytes")), all);
}

TEST_P(FileConformance, ReadsAPartWithoutTheRest) {
  write(path("a"), "0123456789");
  EXPECT_EQ(read(path("a"), 3, 4), "3456");
  EXPECT_EQ(read(path("a"), 8, 100), "89");
  EXPECT_EQ(read(path("a"), 10, 1), "");
}

TEST_P(FileConformance, MkdirWithParentsAndOnExisting) {
  wait(files().mkdir(path("x/y/z"), Parents::kCreate));
  EXPECT_EQ(wait(files().stat(path("x/y/z"))).type, FileType::kDirectory);
  EXPECT_EQ(error_of(files().mkdir(path("x/y/z"))).code(), Code::kAlreadyExists);
  wait(files().mkdir(path("x/y/z"), Parents::kCreate));
  EXPECT_EQ(error_of(files().mkdir(path("no/parent"))).code(), Code::kNotFound);
}

TEST_P(FileConformance, LstatSeesTheLinkItself) {
  write(path("target"), "12345");
  ASSERT_TRUE(sh("ln -s target link").exit.success());
  const FileEntry link = wait(files().stat(path("link"), Symlinks::kNoFollow));
  EXPECT_EQ(link.type, FileType::kSymlink);
  EXPECT_EQ(link.symlink_target, "target");
  const FileEntry target = wait(files().stat(path("link")));
  EXPECT_EQ(target.type, FileType::kRegular);
  EXPECT_EQ(target.size, 5u);
}

TEST_P(FileConformance, RemoveAndRename) {
  write(path("a"), "1");
  wait(files().rename(path("a"), path("b")));
  EXPECT_EQ(read(path("b")), "1");
  wait(files().remove(path("b")));
  EXPECT_EQ(error_of(files().stat(path("b"))).reason(), "ENOENT");
  wait(files().mkdir(path("d/e"), Parents::kCreate));
  EXPECT_EQ(error_of(files().remove(path("d"))).reason(), "ENOTEMPTY");
  wait(files().remove(path("d"), Removal::kRecursive));
  EXPECT_TRUE(names(dir()).empty());
}

TEST_P(FileConformance, ReplacingKeepsTheMode) {
  write(path("script"), "#!/bin/sh\necho one\n");
  wait(files().set_mode(path("script"), 0755));
  write(path("script"), "#!/bin/sh\necho two\n");
  EXPECT_EQ(wait(files().stat(path("script"))).mode & 0777, 0755u);
  EXPECT_EQ(run({path("script")}).out, "two\n");
}

INSTANTIATE_TEST_SUITE_P(Backends, FileConformance, testing::ValuesIn(backend_cases()),
                         [](const auto& entry) { return entry.param.name; });

}  // namespace
}  // namespace sandport::conformance

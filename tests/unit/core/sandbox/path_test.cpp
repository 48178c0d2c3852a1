#include "core/sandbox/path.hpp"

#include <gtest/gtest.h>

#include "core/error.hpp"

namespace sandport {
namespace {

std::string normal(std::string_view path) { return normalize_path(path, "/work/dir", "/home/me"); }

TEST(NormalizePath, CollapsesDotsAndSlashes) {
  EXPECT_EQ(normal("/a//b/./c/../d/"), "/a/b/d");
  EXPECT_EQ(normal("/../.."), "/");
  EXPECT_EQ(normal("//"), "/");
}

TEST(NormalizePath, StartsRelativePathsInTheWorkDirectory) {
  EXPECT_EQ(normal("nested/../file.txt"), "/work/dir/file.txt");
  EXPECT_EQ(normal(""), "/work/dir");
  EXPECT_EQ(normal("../.."), "/");
}

TEST(NormalizePath, ExpandsOnlyALeadingTildeComponent) {
  EXPECT_EQ(normal("~"), "/home/me");
  EXPECT_EQ(normal("~/docs"), "/home/me/docs");
  EXPECT_EQ(normal("~other/docs"), "/work/dir/~other/docs");
  EXPECT_EQ(normal("/a/~"), "/a/~");
}

TEST(NormalizePath, KeepsBytesThatAreNoText) { EXPECT_EQ(normal("/\xff\n b"), "/\xff\n b"); }

TEST(NormalizePath, RefusesNulAndAnUnknownStart) {
  EXPECT_THROW((void)normal(std::string_view{"/a\0b", 4}), Error);
  EXPECT_THROW((void)normalize_path("a", "", "/home"), Error);
  EXPECT_THROW((void)normalize_path("~/a", "/work", ""), Error);
  EXPECT_EQ(normalize_path("/a", "", ""), "/a");
}

TEST(PathBelow, IsRelativeToTheRoot) {
  EXPECT_EQ(path_below("/a/b/c", "/a"), "b/c");
  EXPECT_EQ(path_below("/a/b", "/"), "a/b");
  EXPECT_EQ(path_below("/a", "/a"), "");
  EXPECT_EQ(path_below("/ab", "/a"), "/ab");
}

}  // namespace
}  // namespace sandport

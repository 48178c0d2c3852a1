#include "files/entry.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sandport/error.hpp>

#include "files/file_scripts.hpp"

namespace sandport_e2b {
namespace {

using sandport::FileType;

TEST(E2bEntry, ReadsWhatEnvdSays) {
  const auto found = parse_entry(nlohmann::json::parse(R"({
    "name":"a","path":"/d/a","type":"FILE_TYPE_FILE","size":"5000000000","mode":420,
    "permissions":"-rw-r--r--","owner":"root","group":"x","modifiedTime":"1970-01-01T00:00:01Z"})"));
  EXPECT_FALSE(found.link);
  EXPECT_EQ(found.entry.type, FileType::kRegular);
  EXPECT_EQ(found.entry.size, 5000000000u);
  EXPECT_EQ(found.entry.mode, 0644u);
  EXPECT_EQ(found.entry.modified_ns, 1000000000);
  EXPECT_EQ(found.entry.uid, 0u);
}

TEST(E2bEntry, WhatIsMissingIsADefault) {
  const auto found = parse_entry(nlohmann::json::parse(R"({"name":"p"})"));
  EXPECT_EQ(found.entry.size, 0u);
  EXPECT_EQ(found.entry.type, FileType::kOther);
}

TEST(E2bEntry, ALinkIsALinkWhateverItLeadsTo) {
  const auto found = parse_entry(nlohmann::json::parse(
      R"({"name":"l","type":"FILE_TYPE_DIRECTORY","symlinkTarget":"/d","permissions":"Lrwxrwxrwx"})"));
  EXPECT_TRUE(found.link);
  EXPECT_EQ(found.entry.type, FileType::kSymlink);
  EXPECT_TRUE(parse_entry(nlohmann::json::parse(R"({"name":"broken","permissions":"Lrwx"})")).link);
}

TEST(E2bEntry, AListMayBeEmptyOrAbsent) {
  EXPECT_TRUE(parse_entries("{}").empty());
  const auto two = parse_entries(
      R"({"entries":[{"name":"a","type":"FILE_TYPE_FILE","metadata":{"k":"v"}},{"name":"b"}],"x":{}})");
  ASSERT_EQ(two.size(), 2u);
  EXPECT_EQ(two[0].entry.name, "a");
  EXPECT_EQ(two[0].entry.type, FileType::kRegular);
  EXPECT_THROW(parse_entries("<html>"), sandport::Error);
}

TEST(E2bEntry, StatOutput) {
  const auto link = parse_stat_output("/d/l", "a1ff 3 7 99 1 1000 1001\n/to/\n");
  EXPECT_EQ(link.type, FileType::kSymlink);
  EXPECT_EQ(link.mode, 0777u);
  EXPECT_EQ(link.inode, 99u);
  EXPECT_EQ(link.gid, 1001u);
  EXPECT_EQ(link.symlink_target, "/to/\n");
  EXPECT_EQ(link.name, "l");
  EXPECT_THROW(static_cast<void>(parse_stat_output("/x", "")), sandport::Error);
}

TEST(E2bEntry, ListOutputHasNamesOfAnyBytes) {
  const std::string nul(1, '\0');
  const std::string output =
      "f 644 1 5 1.5 9 0 0 /d/\xff\n" + nul + nul + "l 777 1 1 1 9 0 0 /d/l" + nul + "t" + nul;
  const auto entries = parse_list_output(output);
  ASSERT_EQ(entries.size(), 2u);
  EXPECT_EQ(entries[0].name, "\xff\n");
  EXPECT_EQ(entries[0].size, 5u);
  EXPECT_EQ(entries[1].symlink_target, "t");
}

TEST(E2bEntry, PathsAreEscapedForPrintf) {
  EXPECT_EQ(scripts::escape_path("/a b\\\xff\n"), "/a\\0040b\\0134\\0377\\0012");
}

TEST(E2bEntry, ParentsAndNames) {
  EXPECT_EQ(parent_of("/a/b"), "/a");
  EXPECT_EQ(parent_of("/a"), "/");
  EXPECT_EQ(last_of("/a/b"), "b");
}

}  // namespace
}  // namespace sandport_e2b

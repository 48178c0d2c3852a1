#include "tests/emulators/e2b/envd/multipart.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "core/error.hpp"

namespace sandport::e2b_emulator {
namespace {

struct Part {
  PartHead head;
  std::string body;
  bool ended = false;
};

// All parts of a body that comes in pieces of that size. ended: the final boundary was seen.
std::vector<Part> read_parts(const std::string& bytes, std::size_t piece, bool* ended) {
  MultipartReader reader("XX");
  std::vector<Part> parts;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    reader.feed(std::string_view(bytes).substr(at, piece));
    for (;;) {
      const auto found = reader.next();
      if (found == MultipartReader::Found::kNeedMore) break;
      if (found == MultipartReader::Found::kEnd) {
        *ended = true;
        return parts;
      }
      if (found == MultipartReader::Found::kHead) parts.push_back({reader.head(), {}});
      if (found == MultipartReader::Found::kBody) parts.back().body += reader.take_body();
      if (found == MultipartReader::Found::kPartEnd) parts.back().ended = true;
    }
  }
  return parts;
}

const std::string kTwoParts =
    "--XX\r\n"
    "Content-Disposition: form-data; name=\"file\"; filename=\"a \\\"b\\\"%0A.txt\"\r\n"
    "Content-Type: text/plain\r\n\r\n"
    "one\r\n--X is no boundary\r\n"
    "\r\n--XX\r\n"
    "content-disposition: form-data; filename=empty; name=other\r\n\r\n"
    "\r\n--XX--\r\n";

TEST(MultipartTest, ReadsPartsInAnyPieces) {
  for (const std::size_t piece : {1, 2, 3, 7, 1000}) {
    bool ended = false;
    const auto parts = read_parts(kTwoParts, piece, &ended);
    ASSERT_EQ(parts.size(), 2u) << piece;
    EXPECT_EQ(parts[0].head.name, "file");
    EXPECT_EQ(parts[0].head.filename, "a \"b\"\n.txt");
    EXPECT_EQ(parts[0].body, "one\r\n--X is no boundary\r\n");
    EXPECT_EQ(parts[1].head.name, "other");
    EXPECT_EQ(parts[1].head.filename, "empty");
    EXPECT_EQ(parts[1].body, "");
    EXPECT_TRUE(parts[0].ended && parts[1].ended && ended);
  }
}

TEST(MultipartTest, WhatIsCutOffHasNoEnd) {
  bool ended = false;
  const auto parts = read_parts(kTwoParts.substr(0, 120), 10, &ended);
  ASSERT_EQ(parts.size(), 1u);
  EXPECT_FALSE(parts[0].ended || ended);
}

TEST(MultipartTest, RefusesGarbageAfterABoundary) {
  bool ended = false;
  EXPECT_THROW(read_parts("--XXgarbage\r\nHead: x\r\n\r\n", 100, &ended), Error);
}

TEST(MultipartTest, FindsTheBoundary) {
  EXPECT_EQ(MultipartReader::boundary_of("multipart/form-data; boundary=abc"), "abc");
  EXPECT_EQ(MultipartReader::boundary_of("multipart/form-data; charset=x; boundary=\"a b\""),
            "a b");
  EXPECT_FALSE(MultipartReader::boundary_of("multipart/form-data"));
}

}  // namespace
}  // namespace sandport::e2b_emulator

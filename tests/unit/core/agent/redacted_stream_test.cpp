#include "core/agent/redacted_stream.hpp"

#include <gtest/gtest.h>

namespace sandport {
namespace {

const RedactedStream::Redactor kMask = [](std::string text) {
  for (std::size_t at = 0; (at = text.find("sk-12345", at)) != std::string::npos;) {
    text.replace(at, 8, "***");
  }
  return text;
};

TEST(RedactedStream, MasksASecretThatComesInPieces) {
  RedactedStream stream(kMask);
  std::string shown;
  for (const char byte : std::string("The key is (sk-12345), so\nsk-12345")) {
    shown += stream.add(std::string(1, byte));
    EXPECT_EQ(shown.find("sk-12"), std::string::npos) << shown;
  }
  shown += stream.flush();
  EXPECT_EQ(shown, "The key is (***), so\n***");
}

TEST(RedactedStream, HoldsBackNoMoreThanTheLastWord) {
  RedactedStream stream(kMask);
  EXPECT_EQ(stream.add("one two"), "one ");
  EXPECT_EQ(stream.add(" "), "two ");
  EXPECT_EQ(stream.add("你好"), "你好");
  EXPECT_EQ(stream.add("ab"), "");
  EXPECT_EQ(stream.flush(), "ab");
  EXPECT_EQ(stream.flush(), "");
  EXPECT_EQ(stream.add(std::string(20'000, 'x')).size(), 20'000U);
}

TEST(RedactedStream, LetsEverythingThroughWithoutARedactor) {
  const RedactedStream::Redactor none;
  RedactedStream stream(none);
  EXPECT_EQ(stream.add("half a wo"), "half a wo");
  EXPECT_EQ(stream.flush(), "");
}

}  // namespace
}  // namespace sandport

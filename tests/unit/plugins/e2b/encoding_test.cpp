#include "encoding.hpp"

#include <gtest/gtest.h>

#include <sandport/error.hpp>

namespace sandport_e2b {
namespace {

TEST(E2bEncoding, Base64GoesThereAndBack) {
  std::string all;
  for (int i = 0; i < 256; ++i) {
    all += static_cast<char>(i);
    EXPECT_EQ(base64_decode(base64_encode(all)), all);
  }
  EXPECT_EQ(base64_encode("hi\n"), "aGkK");
  EXPECT_EQ(base64_encode("a"), "YQ==");
  EXPECT_EQ(base64_decode("YQ"), "a");
}

TEST(E2bEncoding, WhatIsNoBase64IsRefused) {
  EXPECT_THROW(static_cast<void>(base64_decode("a*b=")), sandport::Error);
  EXPECT_THROW(static_cast<void>(base64_decode("YQYYQ")), sandport::Error);
}

TEST(E2bEncoding, PercentSigns) {
  EXPECT_EQ(percent_encode("snap-x:default/a b~\xff"), "snap-x%3Adefault%2Fa%20b~%FF");
}

TEST(E2bEncoding, RandomNamesDiffer) {
  EXPECT_EQ(random_hex(16).size(), 32u);
  EXPECT_NE(random_hex(16), random_hex(16));
}

}  // namespace
}  // namespace sandport_e2b

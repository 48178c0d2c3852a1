#include "tests/emulators/e2b/envd/gzip.hpp"

#include <gtest/gtest.h>

#include "core/error.hpp"

namespace sandport::e2b_emulator {
namespace {

std::string pack(const std::string& plain, std::size_t piece) {
  GzipWriter writer;
  std::string packed;
  for (std::size_t at = 0; at < plain.size(); at += piece) {
    packed += writer.write(std::string_view(plain).substr(at, piece));
  }
  return packed + writer.finish();
}

std::string unpack(const std::string& packed, std::size_t piece) {
  GzipReader reader;
  std::string plain;
  for (std::size_t at = 0; at < packed.size(); at += piece) {
    plain += reader.write(std::string_view(packed).substr(at, piece));
  }
  reader.finish();
  return plain;
}

TEST(GzipTest, ThereAndBackInAnyPieces) {
  std::string plain;
  for (int i = 0; i < 30000; ++i) plain += std::to_string(i * i);
  const std::string packed = pack(plain, 1000);
  EXPECT_LT(packed.size(), plain.size());
  EXPECT_TRUE(unpack(packed, 1) == plain);
  EXPECT_TRUE(unpack(packed, packed.size()) == plain);
  EXPECT_EQ(unpack(pack("", 1), 100), "");
}

TEST(GzipTest, ReadsWhatTheProgramWrites) {
  // printf hello | gzip, with a name in the head
  const std::string packed(
      "\x1f\x8b\x08\x08\x00\x00\x00\x00\x00\x03name\x00\xcb\x48\xcd\xc9\xc9\x07\x00\x86\xa6\x10\x36"
      "\x05\x00\x00\x00",
      30);
  EXPECT_EQ(unpack(packed, 3), "hello");
}

TEST(GzipTest, RefusesWhatIsNoneAndWhatIsCutOff) {
  EXPECT_THROW(unpack("this is no gzip at all", 100), Error);
  EXPECT_THROW(unpack(pack("some content to cut", 100).substr(0, 15), 100), Error);
}

TEST(GzipTest, IsSentToThoseWhoAcceptIt) {
  EXPECT_TRUE(accepts_gzip("gzip"));
  EXPECT_TRUE(accepts_gzip("br, gzip;q=0.5"));
  EXPECT_FALSE(accepts_gzip(""));
  EXPECT_FALSE(accepts_gzip("identity"));
  EXPECT_FALSE(accepts_gzip("gzip;q=0, br"));
}

}  // namespace
}  // namespace sandport::e2b_emulator

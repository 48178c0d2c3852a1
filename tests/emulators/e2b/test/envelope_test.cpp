#include "tests/emulators/e2b/envd/envelope.hpp"

#include <gtest/gtest.h>

#include "core/error.hpp"

namespace sandport::e2b_emulator {
namespace {

TEST(EnvelopeTest, IsFiveBytesAndThePayload) {
  EXPECT_EQ(encode_envelope(Envelope::kEnd, "{}"), std::string("\x02\x00\x00\x00\x02{}", 7));
  EXPECT_EQ(encode_envelope(0, std::string(258, 'x')).substr(0, 5),
            std::string("\0\0\0\x01\x02", 5));
}

TEST(EnvelopeTest, ComesInAnyPieces) {
  const std::string bytes = encode_envelope(0, "first") + encode_envelope(2, "") +
                            encode_envelope(1, std::string("\0\xff", 2));
  EnvelopeReader reader;
  std::vector<Envelope> found;
  for (const char byte : bytes) {
    reader.feed(std::string_view(&byte, 1));
    while (auto envelope = reader.next()) found.push_back(*envelope);
  }
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(found[0].payload, "first");
  EXPECT_EQ(found[1].flags, Envelope::kEnd);
  EXPECT_EQ(found[1].payload, "");
  EXPECT_EQ(found[2].payload, std::string("\0\xff", 2));
  EXPECT_FALSE(reader.has_rest());
}

TEST(EnvelopeTest, HalfOfOneIsNone) {
  EnvelopeReader reader;
  reader.feed(encode_envelope(0, "payload").substr(0, 8));
  EXPECT_FALSE(reader.next());
  EXPECT_TRUE(reader.has_rest());
}

TEST(EnvelopeTest, AnAbsurdLengthIsRefusedBeforeItIsAwaited) {
  EnvelopeReader reader(1000);
  reader.feed(std::string("\0\xff\xff\xff\xff", 5));
  EXPECT_THROW(static_cast<void>(reader.next()), Error);
}

}  // namespace
}  // namespace sandport::e2b_emulator

#include "tests/emulators/e2b/envd/signature.hpp"

#include <gtest/gtest.h>

namespace sandport::e2b_emulator {
namespace {

constexpr const char* kToken = "0tQG31xiMp0IOQfaz9dcwi72L1CPo8e0";

TEST(SignatureTest, IsThatOfThePublishedVector) {
  EXPECT_EQ(sign_file_url("hello.txt", FileAccess::kRead, "user", kToken, std::nullopt),
            "v1_gUtH/s9YCJWgCizjfUxuWfhFE4QSydOWEIIvfLwDr6E");
}

TEST(SignatureTest, FitsOneTokenPathAndAccessOnly) {
  const auto target = parse_target(
      "/files?path=hello.txt&username=user&signature=v1_gUtH%"
      "2Fs9YCJWgCizjfUxuWfhFE4QSydOWEIIvfLwDr6E");
  EXPECT_TRUE(signed_with(target, FileAccess::kRead, kToken));
  EXPECT_FALSE(signed_with(target, FileAccess::kWrite, kToken));
  EXPECT_FALSE(signed_with(target, FileAccess::kRead, "another token"));
  auto other = target;
  other.query["path"] = "other.txt";
  EXPECT_FALSE(signed_with(other, FileAccess::kRead, kToken));
  auto expiring = target;
  expiring.query["signature_expiration"] = "1";
  EXPECT_FALSE(signed_with(expiring, FileAccess::kRead, kToken));
}

}  // namespace
}  // namespace sandport::e2b_emulator

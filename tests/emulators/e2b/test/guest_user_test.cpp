#include "tests/emulators/e2b/envd/guest_user.hpp"

#include <gtest/gtest.h>

namespace sandport::e2b_emulator {
namespace {

TEST(GuestUserTest, PathsBeginAtHome) {
  const GuestUser user = find_guest_user("user").value();
  EXPECT_EQ(resolve_guest_path("", user), "/home/user");
  EXPECT_EQ(resolve_guest_path("~", user), "/home/user");
  EXPECT_EQ(resolve_guest_path("~/a", user), "/home/user/a");
  EXPECT_EQ(resolve_guest_path("a/../b", user), "/home/user/b");
  EXPECT_EQ(resolve_guest_path("a", find_guest_user("root").value()), "/root/a");
}

TEST(GuestUserTest, AbsolutePathsStayAsTheyAre) {
  const GuestUser user = find_guest_user("user").value();
  EXPECT_EQ(resolve_guest_path("/tmp//x/", user), "/tmp//x/");
}

TEST(GuestUserTest, RefusesWhatItDoesNotKnow) {
  EXPECT_FALSE(find_guest_user("nobody"));
  const GuestUser user = find_guest_user("user").value();
  EXPECT_THROW(static_cast<void>(resolve_guest_path("~root/x", user)), ConnectFailure);
  EXPECT_THROW(static_cast<void>(resolve_guest_path(std::string("a\0b", 3), user)), ConnectFailure);
}

}  // namespace
}  // namespace sandport::e2b_emulator

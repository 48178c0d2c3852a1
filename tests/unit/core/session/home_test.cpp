#include "core/session/home.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <optional>
#include <string>

#include "core/error.hpp"
#include "tests/unit/core/session/session_testing.hpp"

namespace sandport::testing {
namespace {

// Puts the environment back as it was.
class Home : public ::testing::Test {
 protected:
  Home() {
    for (const char* name : {"SANDPORT_HOME", "XDG_STATE_HOME", "HOME"}) {
      const char* value = std::getenv(name);
      before_[name] = value == nullptr ? std::nullopt : std::optional<std::string>(value);
      ::unsetenv(name);
    }
  }
  ~Home() override {
    for (const auto& [name, value] : before_) {
      value ? ::setenv(name.c_str(), value->c_str(), 1) : ::unsetenv(name.c_str());
    }
  }

 private:
  std::map<std::string, std::optional<std::string>> before_;
};

TEST_F(Home, IsTheFirstOfThreePlaces) {
  ::setenv("HOME", "/u", 1);
  EXPECT_EQ(home_directory(), "/u/.local/state/sandport");
  ::setenv("XDG_STATE_HOME", "relative", 1);
  EXPECT_EQ(home_directory(), "/u/.local/state/sandport");
  ::setenv("XDG_STATE_HOME", "/x", 1);
  EXPECT_EQ(home_directory(), "/x/sandport");
  ::setenv("SANDPORT_HOME", "/s", 1);
  EXPECT_EQ(home_directory(), "/s");
}

TEST_F(Home, RefusesARelativeSandportHome) {
  ::setenv("SANDPORT_HOME", "here", 1);
  EXPECT_EQ(error_of([] { (void)home_directory(); }).first, Code::kFailedPrecondition);
}

TEST_F(Home, FallsBackToTheUserDatabase) { EXPECT_TRUE(home_directory().is_absolute()); }

}  // namespace
}  // namespace sandport::testing

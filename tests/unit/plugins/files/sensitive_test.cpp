#include "plugins/tools/files/sensitive.hpp"

#include <gtest/gtest.h>

namespace {

using files::is_sensitive;

TEST(Sensitive, RefusesSecretsByName) {
  for (const char* path : {"/w/.env", "/w/.env.production", "/h/.ssh/id_rsa", "/h/.ssh/id_ed25519",
                           "/h/.aws/credentials", "/h/.netrc", "/h/.docker/config.json"}) {
    EXPECT_TRUE(is_sensitive(path)) << path;
  }
}

TEST(Sensitive, AllowsExamplesAndOrdinaryFiles) {
  for (const char* path : {"/w/.env.example", "/w/.env.sample", "/w/.env.template",
                           "/h/.ssh/id_rsa.pub", "/w/environment", "/w/config.json", "/w/.envrc"}) {
    EXPECT_FALSE(is_sensitive(path)) << path;
  }
}

}  // namespace

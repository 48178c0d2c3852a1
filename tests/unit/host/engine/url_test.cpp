#include "host/engine/url.hpp"

#include <gtest/gtest.h>

#include "core/error.hpp"

namespace sandport {
namespace {

TEST(Url, IsTakenApart) {
  const Url url = parse_url("wss://us%40er:pa%3Ass@Example.com/a/b?c=d#e");
  EXPECT_EQ(url.scheme, "wss");
  EXPECT_EQ(url.user, "us@er");
  EXPECT_EQ(url.password, "pa:ss");
  EXPECT_EQ(url.host, "Example.com");
  EXPECT_EQ(url.port, "443");
  EXPECT_EQ(url.target, "/a/b?c=d");
}

TEST(Url, ShowsNoSecrets) {
  EXPECT_EQ(parse_url("https://user:password@host:8443/path?token=x#y").shown,
            "https://host:8443/path");
}

TEST(Url, AddressesOfVersionSixLoseTheirBrackets) {
  const Url url = parse_url("http://[::1]:8080/");
  EXPECT_EQ(url.host, "::1");
  EXPECT_EQ(url.port, "8080");
  EXPECT_EQ(url.shown, "http://[::1]:8080/");
}

TEST(Url, ResolvesReferences) {
  const Url base = parse_url("https://host/a/b?q");
  EXPECT_EQ(resolve_url(base, "../c").text, "https://host/c");
  EXPECT_EQ(resolve_url(base, "//other/d").text, "https://other/d");
}

TEST(Url, ComparesOrigins) {
  const Url base = parse_url("https://host/a");
  EXPECT_TRUE(base.same_origin(parse_url("https://host:443/b")));
  EXPECT_FALSE(base.same_origin(parse_url("http://host/a")));
  EXPECT_FALSE(base.same_origin(parse_url("https://host:8443/a")));
}

TEST(Url, RefusalsDoNotRepeatTheUrl) {
  for (const char* text : {"", "secret", "http://secret:99999999/", "://secret"}) {
    try {
      static_cast<void>(parse_url(text));
      FAIL() << text;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), Code::kInvalidArgument);
      EXPECT_EQ(std::string(error.what()).find("secret"), std::string::npos) << error.what();
    }
  }
}

}  // namespace
}  // namespace sandport

#include "host/engine/proxy.hpp"

#include <gtest/gtest.h>

#include "core/error.hpp"

namespace sandport {
namespace {

TEST(NoProxy, MatchesNamesSuffixesAddressesAndNetworks) {
  const struct {
    const char* list;
    const char* host;
    bool expected;
  } cases[] = {
      {"localhost", "localhost", true},
      {"localhost", "LOCALHOST", true},
      {"example.com", "api.example.com", true},
      {".example.com", "api.example.com", true},
      {".example.com", "example.com", true},
      {"example.com", "badexample.com", false},
      {"a.test, b.test", "b.test", true},
      {"*", "anything", true},
      {"10.0.0.0/8", "10.1.2.3", true},
      {"10.0.0.0/8", "11.1.2.3", false},
      {"10.0.0.0/8", "host", false},
      {"fd00::/8", "fd12::1", true},
      {"127.0.0.1", "127.0.0.1", true},
      {"", "host", false},
      {" , ", "host", false},
  };
  for (const auto& each : cases) {
    EXPECT_EQ(matches_no_proxy(each.list, each.host), each.expected)
        << each.list << " against " << each.host;
  }
}

TEST(Proxy, TheSettingWinsAndMayBeNone) {
  NetworkSettings settings;
  settings.proxy = "proxy.test:3128";
  const auto proxy = proxy_for(settings, parse_url("wss://host/"));
  ASSERT_TRUE(proxy);
  EXPECT_EQ(proxy->host, "proxy.test");
  EXPECT_EQ(proxy->port, "3128");
  settings.proxy = "";
  EXPECT_FALSE(proxy_for(settings, parse_url("wss://host/")));
}

}  // namespace
}  // namespace sandport

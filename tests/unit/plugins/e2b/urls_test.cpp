#include "urls.hpp"

#include <gtest/gtest.h>

namespace sandport_e2b {
namespace {

Options options_with(const std::string& domain, const std::string& sandbox_url = "") {
  Options options;
  options.domain = domain;
  options.sandbox_url = sandbox_url;
  return options;
}

TEST(E2bUrls, SignatureOfTheContract) {
  EXPECT_EQ(sign("hello.txt", FileAccess::kRead, "user", "0tQG31xiMp0IOQfaz9dcwi72L1CPo8e0", {}),
            "v1_gUtH/s9YCJWgCizjfUxuWfhFE4QSydOWEIIvfLwDr6E");
}

TEST(E2bUrls, TheExpiryIsSigned) {
  const auto never = sign("a", FileAccess::kWrite, "", "token", {});
  EXPECT_NE(never, sign("a", FileAccess::kWrite, "", "token", 1));
  EXPECT_NE(never, sign("a", FileAccess::kRead, "", "token", {}));
}

TEST(E2bUrls, SharedAddressOnlyWhereTheEdgeReadsHeaders) {
  EXPECT_EQ(envd_url(Address(options_with("e2b.app"), "i1", "")), "https://sandbox.e2b.app");
  EXPECT_EQ(envd_url(Address(options_with("e2b.app"), "i1", "own.example")),
            "https://49983-i1.own.example");
  EXPECT_EQ(envd_url(Address(options_with("e2b.app", "http://127.0.0.1:9"), "i1", "")),
            "http://127.0.0.1:9");
  Options debug;
  debug.debug = true;
  EXPECT_EQ(envd_url(Address(debug, "i1", "")), "http://localhost:49983");
}

TEST(E2bUrls, PortsHaveTheirOwnHosts) {
  EXPECT_EQ(port_url(Address(options_with("e2b.app"), "i1", ""), 8080), "https://8080-i1.e2b.app");
}

TEST(E2bUrls, SignedUrlsNeedNoRoutingHeaders) {
  const Address address(options_with("e2b.app"), "i1", "");
  EXPECT_EQ(file_url(address, "hello.txt", FileAccess::kRead, "user",
                     "0tQG31xiMp0IOQfaz9dcwi72L1CPo8e0", {}),
            "https://49983-i1.e2b.app/files?path=hello.txt&username=user"
            "&signature=v1_gUtH%2Fs9YCJWgCizjfUxuWfhFE4QSydOWEIIvfLwDr6E");
  EXPECT_EQ(file_url(address, "/a b", FileAccess::kWrite, "", "", 5),
            "https://49983-i1.e2b.app/files?path=%2Fa%20b");
}

TEST(E2bUrls, MetadataIsEncodedAsTheOfficialClientsDo) {
  EXPECT_EQ(metadata_query({{"a b", "c&d"}, {"x", "y"}}), "a%252520b%3Dc%252526d%26x%3Dy");
}

}  // namespace
}  // namespace sandport_e2b

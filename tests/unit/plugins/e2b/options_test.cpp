#include "options.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <sandport/error.hpp>

#include "api/create.hpp"

namespace sandport_e2b {
namespace {

using Json = nlohmann::json;
using testing::HasSubstr;

Options parse(const char* config, StringMap environment = {}) {
  return Options::parse(config, [environment](const char* name) {
    const auto found = environment.find(name);
    return found == environment.end() ? std::string() : found->second;
  });
}

std::string refusal(const char* config) {
  try {
    parse(config);
  } catch (const sandport::Error& error) {
    return error.what();
  }
  return "";
}

TEST(E2bOptions, DefaultsAreTheServices) {
  const Options options = parse("{}");
  EXPECT_EQ(options.api_url, "https://api.e2b.app");
  EXPECT_EQ(options.sandbox_url, "");
  EXPECT_EQ(options.template_id, "base");
  EXPECT_EQ(options.life(), std::chrono::minutes(5));
  EXPECT_FALSE(options.timeout);
  EXPECT_TRUE(options.secure);
  EXPECT_FALSE(options.debug);
}

TEST(E2bOptions, VariablesStandInForWhatIsNotGiven) {
  const StringMap environment{{"E2B_DOMAIN", "own.example"},
                              {"E2B_API_URL", "http://a:1/"},
                              {"E2B_SANDBOX_URL", "http://b:2"},
                              {"E2B_DEBUG", "TRUE"}};
  const Options options = parse(R"({"domain":"","api_url":"","debug":""})", environment);
  EXPECT_EQ(options.domain, "own.example");
  EXPECT_EQ(options.api_url, "http://a:1");
  EXPECT_EQ(options.sandbox_url, "http://b:2");
  EXPECT_TRUE(options.debug);
  const Options given =
      parse(R"({"domain":"x.example","api_url":"https://c","debug":false})", environment);
  EXPECT_EQ(given.domain, "x.example");
  EXPECT_EQ(given.api_url, "https://c");
  EXPECT_FALSE(given.debug);
}

TEST(E2bOptions, OnlyTheWordTrueIsDebug) {
  EXPECT_FALSE(parse("{}", {{"E2B_DEBUG", "1"}}).debug);
  EXPECT_EQ(parse("{}", {{"E2B_DEBUG", "true"}}).api_url, "http://localhost:3000");
}

TEST(E2bOptions, DurationsAreRoundedUpToSeconds) {
  EXPECT_EQ(parse(R"({"timeout":"1500ms"})").life().count(), 2);
}

TEST(E2bOptions, CombinationsThatTheServiceRefusesAreRefusedHere) {
  EXPECT_THAT(refusal(R"({"keep_memory":false})"), HasSubstr("only with auto_pause"));
  EXPECT_THAT(refusal(R"({"auto_resume":true})"), HasSubstr("only with auto_pause"));
  EXPECT_THAT(refusal(R"({"auto_pause":true,"auto_resume":true,"keep_memory":false})"),
              HasSubstr("does not wake by itself"));
  EXPECT_THAT(refusal(R"({"timeout":"0s"})"), HasSubstr("timeout"));
  EXPECT_THAT(refusal(R"({"api_url":"localhost:3000"})"), HasSubstr("http://"));
  EXPECT_THAT(refusal(R"({"domain":"https://x"})"), HasSubstr("api_url"));
  EXPECT_THAT(refusal(R"({"network":{"alow_out":[]}})"), HasSubstr("alow_out"));
}

TEST(E2bOptions, EveryOptionGoesOnTheWire) {
  const Options options = parse(R"({
    "template":"mine:v1","timeout":"10m","secure":true,"allow_internet_access":false,
    "auto_pause":true,"keep_memory":true,"auto_resume":true,
    "network":{"allow_out":["a.example"],"deny_out":["0.0.0.0/0"],"allow_public_traffic":false,
      "mask_request_host":"h:${PORT}","rules":{"a.example":[{"transform":{"headers":{"k":"v"}}}]},
      "egress_proxy":{"address":"p:1","username":"u","password":"w"}}})");
  NewSandbox wanted;
  wanted.envs = {{"A", "1"}};
  wanted.metadata = {{"m", "n"}};
  const Json body = Json::parse(create_body(options, wanted));
  EXPECT_EQ(body, Json::parse(R"({
    "templateID":"mine:v1","timeout":600,"secure":true,"allow_internet_access":false,
    "autoPause":true,"autoPauseMemory":true,"autoResume":{"enabled":true},
    "envVars":{"A":"1"},"metadata":{"m":"n"},
    "network":{"allowOut":["a.example"],"denyOut":["0.0.0.0/0"],"allowPublicTraffic":false,
      "maskRequestHost":"h:${PORT}","rules":{"a.example":[{"transform":{"headers":{"k":"v"}}}]},
      "egressProxy":{"address":"p:1","username":"u","password":"w"}}})"));
}

TEST(E2bOptions, WhatIsNotGivenIsTheServersToDecide) {
  const Json body = Json::parse(create_body(parse("{}"), {}));
  for (const char* key : {"autoPause", "autoPauseMemory", "autoResume", "network",
                          "allow_internet_access", "envVars"}) {
    EXPECT_FALSE(body.contains(key)) << key;
  }
}

}  // namespace
}  // namespace sandport_e2b

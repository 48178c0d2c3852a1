#include "plugins/models/openai/options.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <stdexcept>

namespace {

using nlohmann::json;
using openai::parse_options;

TEST(OpenAiOptions, SendsNoParameterThatWasNotSet) {
  const auto options = parse_options(R"({"model": "m"})");
  EXPECT_EQ(json::parse(options.body),
            json::parse(R"({"model":"m","stream":true,"stream_options":{"include_usage":true}})"));
}

TEST(OpenAiOptions, SendsWhatWasSet) {
  const auto options = parse_options(R"({"model": "m", "temperature": 1, "max_output_tokens": 5,
    "output_tokens_key": "max_tokens", "thinking": true, "stream_usage": false,
    "extra_body": {"top_k": 3}})");
  EXPECT_EQ(json::parse(options.body),
            json::parse(R"({"model":"m","stream":true,"temperature":1,"max_tokens":5,
                            "thinking":{"type":"enabled"},"top_k":3})"));
}

TEST(OpenAiOptions, SendsTheCacheKeyOnlyWhereItIsKnown) {
  using openai::CacheKey;
  EXPECT_EQ(parse_options(R"({"model":"m","base_url":"https://api.moonshot.ai/v1/"})").cache_key,
            CacheKey::kSession);
  EXPECT_EQ(parse_options(R"({"model":"m","base_url":"http://127.0.0.1:8080/v1"})").cache_key,
            CacheKey::kNone);
  EXPECT_EQ(parse_options(R"({"model":"m","base_url":"https://notopenai.com"})").cache_key,
            CacheKey::kNone);
  EXPECT_EQ(parse_options(R"({"model":"m","prompt_cache_key":false})").cache_key, CacheKey::kNone);
  EXPECT_EQ(parse_options(R"({"model":"m","prompt_cache_key":"k"})").fixed_cache_key, "k");
}

TEST(OpenAiOptions, RefusesWhatCannotWork) {
  for (const char* config :
       {R"({})", R"({"model":"m","base_url":"api.openai.com"})",
        R"({"model":"m","extra_body":{"messages":[]}})",
        R"({"model":"m","extra_headers":{"A":"b\r\nC: d"}})", R"({"model":"m","idle_timeout":"x"})",
        R"({"model":"m","api_key":"a\nb"})"}) {
    EXPECT_THROW(static_cast<void>(parse_options(config)), std::invalid_argument) << config;
  }
}

TEST(OpenAiOptions, FindsTheHostOfAnAddress) {
  EXPECT_EQ(openai::host_of("https://user:pw@api.example.com:8443/v1"), "api.example.com");
}

}  // namespace

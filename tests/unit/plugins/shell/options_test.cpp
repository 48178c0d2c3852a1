#include "plugins/tools/shell/options.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace {

using shell::effective_timeout;
using shell::Options;
using namespace std::chrono_literals;

TEST(ShellOptions, ReadsDurationsAndSizes) {
  const Options options =
      shell::parse_options(R"({"timeout": "1m30s", "max_output": "1KiB", "env": {"A": "b"}})");
  EXPECT_EQ(options.timeout, 90s);
  EXPECT_EQ(options.max_output, 1024u);
  EXPECT_EQ(options.env.at(0).second, "b");
}

TEST(ShellOptions, LetsALongDefaultRaiseTheMaximum) {
  EXPECT_EQ(shell::parse_options(R"({"timeout": "1h"})").max_timeout, 1h);
}

TEST(ShellOptions, RefusesWhatMakesNoSense) {
  for (const char* config :
       {R"({"timeout": "soon"})", R"({"timeout": "0s"})",
        R"({"timeout": "1h", "max_timeout": "1m"})", R"({"max_output": "1B"})"}) {
    EXPECT_THROW(static_cast<void>(shell::parse_options(config)), std::invalid_argument) << config;
  }
}

TEST(ShellOptions, EndsBeforeTheHostDoes) {
  const Options options;
  EXPECT_EQ(effective_timeout(options, 0ms, 0ms), 120s);
  EXPECT_EQ(effective_timeout(options, 5s, 0ms), 5s);
  EXPECT_EQ(effective_timeout(options, 24h, 0ms), options.max_timeout);
  EXPECT_LT(effective_timeout(options, 0ms, 60s), 60s);
}

}  // namespace

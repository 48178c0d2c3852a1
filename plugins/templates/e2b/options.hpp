// The plugin's options.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace e2b_template {

struct Options {
  std::string api_url;  // without a slash at its end
  std::string api_key;  // empty: only what needs no service works
  std::chrono::milliseconds request_timeout{60'000};
  std::chrono::milliseconds upload_timeout{3'600'000};
  std::chrono::milliseconds build_timeout{0};       // 0: waits as long as the build takes
  std::chrono::milliseconds outage_limit{300'000};  // how long polls may fail in a row
  std::size_t parallel_uploads = 4;
};

// `config` is JSON that the host has checked against the schema in plugin.cpp.
[[nodiscard]] Options parse_options(std::string_view config);

}  // namespace e2b_template

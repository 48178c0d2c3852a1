// Options of the openai model.
#pragma once

#include <sandport/text.hpp>

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "messages.hpp"

namespace openai {

enum class CacheKey { kNone, kSession, kFixed };

struct Options {
  std::string base_url = "https://api.openai.com/v1";  // without a slash at the end
  std::string api_key;                                 // empty: no Authorization header
  std::string model;
  sandport::Pairs headers;  // beside those of the protocol; a name of those wins over ours
  MessageStyle style;

  // JSON object of what every request holds beside messages and tools: model, sampling parameters
  // that were set, extra_body.
  std::string body;
  std::string output_tokens_key = "max_completion_tokens";
  CacheKey cache_key = CacheKey::kNone;
  std::string fixed_cache_key;

  std::chrono::milliseconds connect_timeout{10'000};
  std::chrono::milliseconds idle_timeout{120'000};  // between two bytes of the reply
  std::chrono::milliseconds total_timeout{0};       // none
  std::size_t max_event_bytes = 16 * 1024 * 1024;
};

// Throws std::invalid_argument.
[[nodiscard]] Options parse_options(std::string_view config);

// "api.moonshot.ai" of "https://api.moonshot.ai/v1".
[[nodiscard]] std::string host_of(std::string_view url);

}  // namespace openai

#include "usage.hpp"

#include <nlohmann/json.hpp>

#include "json_access.hpp"

namespace openai {
namespace {

using Json = nlohmann::json;

std::optional<std::int64_t> detail(const Json& usage, const char* details, const char* key) {
  const Json* object = member(usage, details);
  return object == nullptr ? std::nullopt : integer_member(*object, key);
}

}  // namespace

Json read_usage(const Json& usage) {
  const auto input = integer_member(usage, "prompt_tokens");
  const auto output = integer_member(usage, "completion_tokens");
  if (!input && !output) return nullptr;
  Json read{{"input_tokens", input.value_or(0)}, {"output_tokens", output.value_or(0)}};
  auto cached = integer_member(usage, "cached_tokens");  // Moonshot's place
  if (!cached) cached = detail(usage, "prompt_tokens_details", "cached_tokens");
  if (!cached) cached = integer_member(usage, "prompt_cache_hit_tokens");
  if (cached) read["cached_input_tokens"] = *cached;
  const auto reasoning = detail(usage, "completion_tokens_details", "reasoning_tokens");
  if (reasoning) read["reasoning_tokens"] = *reasoning;
  return read;
}

}  // namespace openai

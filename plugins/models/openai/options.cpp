#include "options.hpp"

#include <sandport/units.hpp>

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "json_access.hpp"

namespace openai {
namespace {

using Json = nlohmann::json;

void read_duration(const Json& options, const char* key, std::chrono::milliseconds& value) {
  const std::string text = text_member(options, key);
  if (text.empty()) return;
  const auto parsed = sandport::parse_duration(text);
  if (!parsed) {
    throw std::invalid_argument(std::string(key) + ": must be a duration such as 30s or 2m");
  }
  value = *parsed;
}

// Services that are known to take prompt_cache_key; others may refuse what they do not know.
bool takes_cache_key(std::string_view host) {
  for (const std::string_view known : {"moonshot.ai", "moonshot.cn", "kimi.com", "openai.com"}) {
    if (host == known) return true;
    if (host.ends_with(known) && host[host.size() - known.size() - 1] == '.') return true;
  }
  return false;
}

void read_cache_key(const Json& given, Options& options) {
  const Json* value = member(given, "prompt_cache_key");
  if (value == nullptr) {
    options.cache_key =
        takes_cache_key(host_of(options.base_url)) ? CacheKey::kSession : CacheKey::kNone;
  } else if (value->is_boolean()) {
    options.cache_key = value->get<bool>() ? CacheKey::kSession : CacheKey::kNone;
  } else {
    options.cache_key = CacheKey::kFixed;
    options.fixed_cache_key = value->get<std::string>();
  }
}

Json thinking(const Json& value) {
  if (!value.is_boolean()) return value;
  return {{"type", value.get<bool>() ? "enabled" : "disabled"}};
}

Json request_body(const Json& given, const Options& options) {
  Json body{{"model", options.model}, {"stream", true}};
  if (given.value("stream_usage", true)) body["stream_options"] = {{"include_usage", true}};
  // Nothing is sent that was not asked for: some models refuse every temperature but their own.
  for (const char* key :
       {"temperature", "top_p", "presence_penalty", "frequency_penalty", "seed", "stop",
        "reasoning_effort", "parallel_tool_calls", "service_tier", "user"}) {
    if (const Json* value = member(given, key)) body[key] = *value;
  }
  if (const Json* value = member(given, "thinking")) body["thinking"] = thinking(*value);
  if (const Json* value = member(given, "max_output_tokens")) {
    body[options.output_tokens_key] = *value;
  }
  if (const Json* extra = member(given, "extra_body")) {
    for (const auto& [key, value] : extra->items()) {
      if (key == "messages" || key == "tools" || key == "stream") {
        throw std::invalid_argument("extra_body." + key + ": is made by the agent; leave it out");
      }
      body[key] = value;
    }
  }
  return body;
}

void read_headers(const Json& given, Options& options) {
  const Json* headers = member(given, "extra_headers");
  if (headers == nullptr) return;
  for (const auto& [name, value] : headers->items()) {
    const auto text = value.get<std::string>();
    if (name.empty() || name.find_first_of("\r\n:") != std::string::npos ||
        text.find_first_of("\r\n") != std::string::npos) {
      throw std::invalid_argument("extra_headers: \"" + name + "\" is no valid header");
    }
    options.headers.emplace_back(name, text);
  }
}

}  // namespace

std::string host_of(std::string_view url) {
  if (const std::size_t scheme = url.find("://"); scheme != std::string_view::npos) {
    url.remove_prefix(scheme + 3);
  }
  url = url.substr(0, url.find_first_of("/?#"));
  if (const std::size_t user = url.rfind('@'); user != std::string_view::npos) {
    url.remove_prefix(user + 1);
  }
  return std::string(url.substr(0, url.rfind(':')));
}

Options parse_options(std::string_view config) {
  const Json given = Json::parse(config);
  Options options;
  if (const auto url = text_member(given, "base_url"); !url.empty()) options.base_url = url;
  if (!options.base_url.starts_with("http://") && !options.base_url.starts_with("https://")) {
    throw std::invalid_argument("base_url: must begin with http:// or https://");
  }
  while (options.base_url.ends_with('/')) options.base_url.pop_back();
  options.api_key = text_member(given, "api_key");
  if (options.api_key.find_first_of("\r\n") != std::string::npos) {
    throw std::invalid_argument("api_key: has a line end in it");
  }
  options.model = text_member(given, "model");
  if (options.model.empty()) throw std::invalid_argument("model: is missing; name a model");
  if (const Json* key = member(given, "reasoning_key")) options.style.reasoning_key = *key;
  if (const Json* role = member(given, "system_role")) options.style.system_role = *role;
  if (const Json* key = member(given, "output_tokens_key")) options.output_tokens_key = *key;
  read_headers(given, options);
  read_cache_key(given, options);
  read_duration(given, "connect_timeout", options.connect_timeout);
  read_duration(given, "idle_timeout", options.idle_timeout);
  read_duration(given, "total_timeout", options.total_timeout);
  if (const auto size = text_member(given, "max_event_size"); !size.empty()) {
    const auto parsed = sandport::parse_size(size);
    if (!parsed || *parsed < 1024) {
      throw std::invalid_argument("max_event_size: must be a size of at least 1KiB");
    }
    options.max_event_bytes = static_cast<std::size_t>(*parsed);
  }
  options.body = request_body(given, options).dump();
  return options;
}

}  // namespace openai

#include "options.hpp"

#include <nlohmann/json.hpp>
#include <sandport/units.hpp>
#include <stdexcept>

namespace e2b_template {
namespace {

using Json = nlohmann::json;

void read_duration(const Json& config, const char* key, std::chrono::milliseconds& value) {
  const auto text = config.value(key, "");
  if (text.empty()) return;
  const auto parsed = sandport::parse_duration(text);
  if (!parsed) {
    throw std::invalid_argument(std::string(key) + ": must be a duration such as 30s or 2m");
  }
  value = *parsed;
}

}  // namespace

Options parse_options(std::string_view config) {
  const Json json = Json::parse(config.empty() ? "{}" : config);
  Options options;
  options.api_key = json.value("api_key", "");
  options.api_url = json.value("api_url", "");
  if (options.api_url.empty()) options.api_url = "https://api." + json.value("domain", "e2b.app");
  while (options.api_url.ends_with('/')) options.api_url.pop_back();
  read_duration(json, "request_timeout", options.request_timeout);
  read_duration(json, "upload_timeout", options.upload_timeout);
  read_duration(json, "build_timeout", options.build_timeout);
  read_duration(json, "outage_limit", options.outage_limit);
  options.parallel_uploads = json.value("parallel_uploads", options.parallel_uploads);
  return options;
}

}  // namespace e2b_template

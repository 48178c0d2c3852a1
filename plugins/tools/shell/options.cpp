#include "options.hpp"

#include <sandport/units.hpp>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace shell {
namespace {

using nlohmann::json;

std::chrono::milliseconds duration(const json& options, const char* key,
                                   std::chrono::milliseconds fallback) {
  const auto value = options.find(key);
  if (value == options.end()) return fallback;
  const auto parsed = sandport::parse_duration(value->get<std::string>());
  if (!parsed || parsed->count() == 0) {
    throw std::invalid_argument(std::string(key) + ": must be a duration such as 30s or 10m");
  }
  return *parsed;
}

}  // namespace

Options parse_options(std::string_view config) {
  const json given = json::parse(config);
  Options options;
  options.timeout = duration(given, "timeout", options.timeout);
  options.max_timeout =
      duration(given, "max_timeout", std::max(options.max_timeout, options.timeout));
  if (options.timeout > options.max_timeout) {
    throw std::invalid_argument("timeout: is longer than max_timeout");
  }
  if (const auto size = given.find("max_output"); size != given.end()) {
    const auto parsed = sandport::parse_size(size->get<std::string>());
    if (!parsed || *parsed < 256 || *parsed > 64u * 1024 * 1024) {
      throw std::invalid_argument("max_output: must be a size from 256B to 64MiB, such as 30KiB");
    }
    options.max_output = static_cast<std::size_t>(*parsed);
  }
  if (const auto env = given.find("env"); env != given.end()) {
    for (const auto& [name, value] : env->items()) {
      options.env.emplace_back(name, value.get<std::string>());
    }
  }
  return options;
}

std::chrono::milliseconds effective_timeout(const Options& options, std::chrono::milliseconds asked,
                                            std::chrono::milliseconds call_limit) {
  auto limit = std::min(asked.count() > 0 ? asked : options.timeout, options.max_timeout);
  if (call_limit.count() > 0) {
    const auto margin =
        std::min<std::chrono::milliseconds>(call_limit / 10, std::chrono::milliseconds(2000));
    limit = std::min(limit, call_limit - margin);
  }
  return std::max(limit, std::chrono::milliseconds(1));
}

}  // namespace shell

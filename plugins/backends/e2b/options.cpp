#include "options.hpp"

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>
#include <sandport/error.hpp>
#include <sandport/units.hpp>

namespace sandport_e2b {
namespace {

using Json = nlohmann::json;

[[noreturn]] void refuse(const std::string& message) {
  throw sandport::Error(SP_INVALID_ARGUMENT, "E2B: " + message);
}

std::optional<std::chrono::milliseconds> duration(const Json& json, const char* key) {
  const auto text = json.value(key, "");
  if (text.empty()) return std::nullopt;
  const auto parsed = sandport::parse_duration(text);
  if (!parsed) refuse(std::string(key) + ": '" + text + "' is no duration such as 30s or 5m");
  return parsed;
}

std::optional<bool> flag(const Json& json, const char* key) {
  const auto found = json.find(key);
  if (found == json.end() || found->is_null()) return std::nullopt;
  return found->get<bool>();
}

// As the official clients read it: only the word counts.
bool is_true(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
  return text == "true";
}

std::string url(const Json& json, const char* key, const Environment& environment,
                const char* variable) {
  std::string text = json.value(key, "");
  const char* source = key;
  if (text.empty()) {
    text = environment(variable);
    source = variable;
  }
  if (text.empty()) return text;
  if (!text.starts_with("http://") && !text.starts_with("https://")) {
    refuse(std::string(source) + ": must begin with http:// or https://");
  }
  while (text.ends_with('/')) text.pop_back();
  return text;
}

void read_lifecycle(const Json& json, Options* options) {
  options->auto_pause = flag(json, "auto_pause");
  options->keep_memory = flag(json, "keep_memory");
  options->auto_resume = flag(json, "auto_resume");
  const bool pauses = options->auto_pause.value_or(false);
  if (options->keep_memory && !pauses) refuse("keep_memory: only with auto_pause: true");
  if (!options->auto_resume.value_or(false)) return;
  if (!pauses) refuse("auto_resume: only with auto_pause: true");
  if (!options->keep_memory.value_or(true)) {
    refuse(
        "auto_resume: a sandbox paused without its memory does not wake by itself; "
        "leave out keep_memory: false");
  }
}

void read_addresses(const Json& json, const Environment& environment, Options* options) {
  std::string domain = json.value("domain", "");
  if (domain.empty()) domain = environment("E2B_DOMAIN");
  if (!domain.empty()) options->domain = domain;
  if (options->domain.find_first_of("/:@ \t\r\n") != std::string::npos) {
    refuse("domain: '" + options->domain + "' is no domain; a whole URL is api_url's");
  }
  const auto debug = json.find("debug");
  if (debug != json.end() && debug->is_boolean()) {
    options->debug = debug->get<bool>();
  } else {
    std::string text = debug != json.end() && debug->is_string() ? debug->get<std::string>() : "";
    if (text.empty()) text = environment("E2B_DEBUG");
    options->debug = is_true(std::move(text));
  }
  options->api_url = url(json, "api_url", environment, "E2B_API_URL");
  if (options->api_url.empty()) {
    options->api_url = options->debug ? "http://localhost:3000" : "https://api." + options->domain;
  }
  options->sandbox_url = url(json, "sandbox_url", environment, "E2B_SANDBOX_URL");
}

void read_all(const Json& json, const Environment& environment, Options* options) {
  options->api_key = json.value("api_key", "");
  if (const auto id = json.value("template", ""); !id.empty()) options->template_id = id;
  options->timeout = duration(json, "timeout");
  if (options->timeout && options->timeout->count() <= 0) refuse("timeout: must be above zero");
  options->auto_extend = json.value("auto_extend", true);
  options->work_dir = json.value("work_dir", "");
  options->envs = json.value("envs", StringMap{});
  options->metadata = json.value("metadata", StringMap{});
  options->allow_internet_access = flag(json, "allow_internet_access");
  if (json.contains("network")) options->network = network_to_wire(json.at("network").dump());
  options->secure = json.value("secure", true);
  read_lifecycle(json, options);
  options->user = json.value("user", "");
  options->exec_timeout = duration(json, "exec_timeout").value_or(options->exec_timeout);
  options->output_grace = duration(json, "output_grace").value_or(options->output_grace);
  options->request_timeout = duration(json, "request_timeout").value_or(options->request_timeout);
  options->connect_timeout = duration(json, "connect_timeout").value_or(options->connect_timeout);
  if (const auto keepalive = duration(json, "keepalive")) {
    options->keepalive = whole_seconds(*keepalive);
  }
  using std::chrono::seconds;
  if (options->keepalive < seconds(1) || options->keepalive > seconds(600)) {
    refuse("keepalive: must be from 1s to 10m");
  }
  options->retries = json.value("retries", 3);
  options->gzip = json.value("gzip", false);
  read_addresses(json, environment, options);
}

}  // namespace

std::chrono::seconds whole_seconds(std::chrono::milliseconds duration) {
  return std::chrono::ceil<std::chrono::seconds>(duration);
}

std::chrono::seconds Options::life() const {
  return whole_seconds(timeout.value_or(std::chrono::minutes(5)));
}

std::string network_to_wire(std::string_view text) {
  static const std::map<std::string, std::string, std::less<>> kNames{
      {"allow_out", "allowOut"},
      {"deny_out", "denyOut"},
      {"allow_public_traffic", "allowPublicTraffic"},
      {"mask_request_host", "maskRequestHost"},
      {"https_ports", "httpsPorts"},
      {"egress_proxy", "egressProxy"},
      {"rules", "rules"},
      {"allow_internet_access", "allow_internet_access"}};
  const Json given = Json::parse(text, nullptr, false);
  if (!given.is_object()) refuse("network: must be an object");
  Json wire = Json::object();
  for (const auto& [name, value] : given.items()) {
    const auto known = std::find_if(kNames.begin(), kNames.end(), [&key = name](const auto& pair) {
      return pair.first == key || pair.second == key;
    });
    if (known == kNames.end()) refuse("network: there is no setting '" + name + "'");
    wire[known->second] = value;
  }
  return wire.dump();
}

Options Options::parse(std::string_view config, const Environment& environment) {
  const Json json = Json::parse(config.empty() ? "{}" : config, nullptr, false);
  if (!json.is_object()) refuse("the options are no JSON object");
  Options options;
  try {
    read_all(json, environment, &options);
  } catch (const Json::exception& error) {
    refuse(std::string("the options: ") + error.what());
  }
  return options;
}

}  // namespace sandport_e2b

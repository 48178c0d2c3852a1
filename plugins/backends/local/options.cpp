#include "options.hpp"

#include <nlohmann/json.hpp>
#include <sandport/error.hpp>
#include <sandport/units.hpp>

namespace sandport_local {
namespace {

// Enough for compilers, interpreters and terminals to work; nothing that is likely to be a secret.
const std::vector<std::string>& default_environment() {
  static const std::vector<std::string> names{"PATH", "LANG",   "LANGUAGE", "LC_*",    "TERM",
                                              "TZ",   "TMPDIR", "USER",     "LOGNAME", "SHELL"};
  return names;
}

[[noreturn]] void refuse(const std::string& message) {
  throw sandport::Error(SP_INVALID_ARGUMENT, message);
}

std::vector<Roots::Spec> parse_allow_paths(const nlohmann::json& list) {
  std::vector<Roots::Spec> specs;
  for (const nlohmann::json& item : list) {
    Roots::Spec spec;
    if (item.is_string()) {
      spec.path = item.get<std::string>();
    } else {
      spec.path = item.at("path").get<std::string>();
      if (item.value("access", "read-write") == "read-only") spec.access = Access::kReadOnly;
    }
    if (!spec.path.starts_with('/')) {
      refuse("allow_paths: '" + spec.path + "' is not absolute");
    }
    specs.push_back(std::move(spec));
  }
  return specs;
}

Home parse_home(const std::string& text) {
  if (text == "sandbox") return Home::kSandbox;
  if (text == "host") return Home::kHost;
  return Home::kAuto;
}

}  // namespace

Options Options::parse(std::string_view config) {
  Options options;
  options.inherit_env = default_environment();
  const auto json = nlohmann::json::parse(config.empty() ? "{}" : config, nullptr, false);
  if (!json.is_object()) refuse("the local backend's options are no JSON object");
  try {
    options.root = json.value("root", "");
    if (json.contains("allow_paths")) {
      options.allow_paths = parse_allow_paths(json.at("allow_paths"));
    }
    if (json.contains("inherit_env")) {
      options.inherit_env = json.at("inherit_env").get<std::vector<std::string>>();
    }
    if (json.contains("env")) {
      options.env = json.at("env").get<std::map<std::string, std::string>>();
    }
    options.home = parse_home(json.value("home", "auto"));
    const auto grace = sandport::parse_duration(json.value("output_grace", "200ms"));
    const auto journal = sandport::parse_size(json.value("journal_size", "64MiB"));
    if (!grace) refuse("output_grace is no duration such as 200ms");
    if (!journal) refuse("journal_size is no size such as 64MiB");
    options.output_grace = *grace;
    options.journal_bytes = *journal;
  } catch (const nlohmann::json::exception& error) {
    refuse(std::string("the local backend's options: ") + error.what());
  }
  if (!options.root.empty() && !options.root.starts_with('/')) {
    refuse("root: '" + options.root + "' is not absolute");
  }
  return options;
}

}  // namespace sandport_local

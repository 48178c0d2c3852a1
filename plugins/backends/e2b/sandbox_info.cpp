#include "sandbox_info.hpp"

#include <nlohmann/json.hpp>

#include "json_access.hpp"

namespace sandport_e2b {

using Json = nlohmann::json;

Json describe(const Json& details, const InfoContext& context) {
  StringMap labels = strings_of(details, "metadata");
  labels.erase(kCreateLabel);
  const std::string state = text_of(details, "state");
  Json info{{"id", text_of(details, "sandboxID")},
            {"state", state.empty() ? "running" : state},
            {"os", "linux"},
            {"labels", labels}};
  const auto add = [&info](const char* name, const std::string& value) {
    if (!value.empty()) info[name] = value;
  };
  add("home", context.home);
  add("work_dir", context.work_dir);
  add("user", context.user);
  add("created_at", text_of(details, "startedAt"));
  add("expires_at", text_of(details, "endAt"));
  add("template", text_of(details, "templateID"));
  add("template_alias", text_of(details, "alias"));
  add("envd_version", text_of(details, "envdVersion"));
  for (const auto& [ours, theirs] :
       {std::pair{"cpu_count", "cpuCount"}, std::pair{"memory_mb", "memoryMB"},
        std::pair{"disk_mb", "diskSizeMB"}}) {
    if (const Json* value = member(details, theirs)) info[ours] = *value;
  }
  if (const Json* lifecycle = member(details, "lifecycle")) info["lifecycle"] = *lifecycle;
  return info;
}

Access access_of(const Json& sandbox) {
  Access access;
  access.envd_token = text_of(sandbox, "envdAccessToken");
  access.traffic_token = text_of(sandbox, "trafficAccessToken");
  access.version = Version::parse(text_of(sandbox, "envdVersion"));
  return access;
}

}  // namespace sandport_e2b

#include "tests/emulators/e2b/control/sandbox_json.hpp"

#include <nlohmann/json.hpp>

#include "tests/emulators/e2b/core/time_text.hpp"

namespace sandport::e2b_emulator {
namespace {

nlohmann::json basics(const EmulatedSandbox& sandbox) {
  nlohmann::json json;
  json["sandboxID"] = sandbox.id;
  json["templateID"] = sandbox.template_id;
  json["clientID"] = "6532622b";
  json["envdVersion"] = sandbox.envd_version;
  if (!sandbox.alias.empty()) json["alias"] = sandbox.alias;
  return json;
}

}  // namespace

nlohmann::json sandbox_json(const EmulatedSandbox& sandbox) {
  nlohmann::json json = basics(sandbox);
  if (!sandbox.access_token.empty()) json["envdAccessToken"] = sandbox.access_token;
  json["trafficAccessToken"] = nullptr;
  if (!sandbox.traffic_token.empty()) json["trafficAccessToken"] = sandbox.traffic_token;
  json["domain"] = nullptr;
  return json;
}

nlohmann::json listed_json(const EmulatedSandbox& sandbox) {
  nlohmann::json json = basics(sandbox);
  json["startedAt"] = rfc3339(sandbox.started_at);
  json["endAt"] = rfc3339(sandbox.end_at);
  json["cpuCount"] = 2;
  json["memoryMB"] = 512;
  json["diskSizeMB"] = 1024;
  json["metadata"] = sandbox.metadata;
  json["state"] = sandbox.state == VmState::kPaused ? "paused" : "running";
  if (!sandbox.volume_mounts.empty()) {
    json["volumeMounts"] = nlohmann::json::parse(sandbox.volume_mounts);
  }
  return json;
}

nlohmann::json detail_json(const EmulatedSandbox& sandbox) {
  nlohmann::json json = listed_json(sandbox);
  if (!sandbox.access_token.empty()) json["envdAccessToken"] = sandbox.access_token;
  json["domain"] = nullptr;
  json["allowInternetAccess"] = nullptr;
  if (sandbox.allow_internet_access) json["allowInternetAccess"] = *sandbox.allow_internet_access;
  if (!sandbox.network.empty()) {
    json["network"] = nlohmann::json::parse(sandbox.network);
    if (json["network"].contains("egressProxy")) json["network"]["egressProxy"].erase("password");
  }
  json["lifecycle"]["autoResume"] = sandbox.auto_resume;
  json["lifecycle"]["onTimeout"] = sandbox.auto_pause ? "pause" : "kill";
  return json;
}

}  // namespace sandport::e2b_emulator

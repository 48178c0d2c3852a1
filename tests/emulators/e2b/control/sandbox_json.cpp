#include "tests/emulators/e2b/control/sandbox_json.hpp"

#include <nlohmann/json.hpp>

#include "tests/emulators/e2b/core/time_text.hpp"

namespace sandport::e2b_emulator {
namespace {

nlohmann::json basics(const EmulatedSandbox& sandbox) {
  nlohmann::json body;
  body["sandboxID"] = sandbox.id;
  body["templateID"] = sandbox.template_id;
  body["clientID"] = "6532622b";
  body["envdVersion"] = sandbox.envd_version;
  if (!sandbox.alias.empty()) body["alias"] = sandbox.alias;
  return body;
}

}  // namespace

nlohmann::json sandbox_json(const EmulatedSandbox& sandbox) {
  nlohmann::json body = basics(sandbox);
  if (!sandbox.access_token.empty()) body["envdAccessToken"] = sandbox.access_token;
  body["trafficAccessToken"] = nullptr;
  if (!sandbox.traffic_token.empty()) body["trafficAccessToken"] = sandbox.traffic_token;
  body["domain"] = nullptr;
  return body;
}

nlohmann::json listed_json(const EmulatedSandbox& sandbox) {
  nlohmann::json body = basics(sandbox);
  body["startedAt"] = rfc3339(sandbox.started_at);
  body["endAt"] = rfc3339(sandbox.end_at);
  body["cpuCount"] = 2;
  body["memoryMB"] = 512;
  body["diskSizeMB"] = 1024;
  body["metadata"] = sandbox.metadata;
  body["state"] = sandbox.state == VmState::kPaused ? "paused" : "running";
  if (!sandbox.volume_mounts.empty()) {
    body["volumeMounts"] = nlohmann::json::parse(sandbox.volume_mounts);
  }
  return body;
}

nlohmann::json detail_json(const EmulatedSandbox& sandbox) {
  nlohmann::json body = listed_json(sandbox);
  if (!sandbox.access_token.empty()) body["envdAccessToken"] = sandbox.access_token;
  body["domain"] = nullptr;
  body["allowInternetAccess"] = nullptr;
  if (sandbox.allow_internet_access) body["allowInternetAccess"] = *sandbox.allow_internet_access;
  if (!sandbox.network.empty()) {
    body["network"] = nlohmann::json::parse(sandbox.network);
    if (body["network"].contains("egressProxy")) body["network"]["egressProxy"].erase("password");
  }
  body["lifecycle"]["autoResume"] = sandbox.auto_resume;
  body["lifecycle"]["onTimeout"] = sandbox.auto_pause ? "pause" : "kill";
  return body;
}

}  // namespace sandport::e2b_emulator

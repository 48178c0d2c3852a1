#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/emulators/e2b/control/routes.hpp"
#include "tests/emulators/e2b/core/machine_metrics.hpp"
#include "tests/emulators/e2b/core/time_text.hpp"

namespace sandport::e2b_emulator {
namespace {

using nlohmann::json;

json metric_json(const MachineMetrics& metrics) {
  json told;
  told["timestampUnix"] = metrics.unix_seconds;
  told["timestamp"] = rfc3339(metrics.unix_seconds * 1'000'000'000);
  told["cpuCount"] = metrics.cpu_count;
  told["cpuUsedPct"] = metrics.cpu_used_percent;
  told["memUsed"] = metrics.memory_used;
  told["memTotal"] = metrics.memory_total;
  told["memCache"] = metrics.memory_cache;
  told["diskUsed"] = metrics.disk_used;
  told["diskTotal"] = metrics.disk_total;
  return told;
}

std::int64_t number(const Call& call, const std::string& name, std::int64_t fallback) {
  const auto text = call.target.parameter(name);
  if (!text) return fallback;
  try {
    return std::stoll(*text);
  } catch (const std::exception&) {
    throw HttpFailure(400, "validation error: " + name + " is no integer");
  }
}

// One sample, of now, when the asked time includes it.
Task<void> metrics_of_one(Call& call) {
  const auto sandbox = need_sandbox(call, call.parts[0]);
  const MachineMetrics now = measure_machine(sandbox->root);
  json samples = json::array();
  if (number(call, "start", 0) <= now.unix_seconds &&
      now.unix_seconds <= number(call, "end", INT64_MAX)) {
    samples.push_back(metric_json(now));
  }
  co_await call.reply(200, samples);
}

Task<void> metrics_of_many(Call& call) {
  std::string ids = call.target.parameter("sandbox_ids").value_or("") + ",";
  json found = json::object();
  for (std::size_t comma = 0; (comma = ids.find(',')) != std::string::npos;
       ids.erase(0, comma + 1)) {
    const auto sandbox = call.world.find(ids.substr(0, comma));
    if (sandbox) found[sandbox->id] = metric_json(measure_machine(sandbox->root));
  }
  json told;
  told["sandboxes"] = std::move(found);
  co_await call.reply(200, told);
}

std::int64_t milliseconds(WallTime time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

json entry_json(const LogLine& line) {
  json entry;
  entry["timestamp"] = rfc3339(line.time);
  entry["level"] = line.level;
  entry["message"] = line.message;
  entry["fields"] = json::object();
  return entry;
}

Task<void> logs_first(Call& call) {
  const auto sandbox = need_sandbox(call, call.parts[0]);
  const std::int64_t start = number(call, "start", 0);
  const auto limit = static_cast<std::size_t>(number(call, "limit", 1000));
  json told;
  told["logs"] = json::array();
  told["logEntries"] = json::array();
  for (const LogLine& line : sandbox->logs) {
    if (milliseconds(line.time) < start || told["logs"].size() == limit) continue;
    json old;
    old["timestamp"] = rfc3339(line.time);
    old["line"] = line.message;
    told["logs"].push_back(std::move(old));
    told["logEntries"].push_back(entry_json(line));
  }
  co_await call.reply(200, told);
}

Task<void> logs_second(Call& call) {
  const auto sandbox = need_sandbox(call, call.parts[0]);
  const bool backward = call.target.parameter("direction").value_or("forward") == "backward";
  const std::int64_t cursor = number(call, "cursor", backward ? INT64_MAX : 0);
  const auto limit = static_cast<std::size_t>(number(call, "limit", 1000));
  const std::string search = call.target.parameter("search").value_or("");
  const std::string level = call.target.parameter("level").value_or("");
  json told;
  json& found = told["logs"] = json::array();
  const auto consider = [&](const LogLine& line) {
    const std::int64_t time = milliseconds(line.time);
    if (backward ? time > cursor : time < cursor) return;
    if (line.message.find(search) == std::string::npos) return;
    if (!level.empty() && line.level != level) return;
    if (found.size() < limit) found.push_back(entry_json(line));
  };
  if (backward) {
    std::for_each(sandbox->logs.rbegin(), sandbox->logs.rend(), consider);
  } else {
    std::for_each(sandbox->logs.begin(), sandbox->logs.end(), consider);
  }
  co_await call.reply(200, told);
}

}  // namespace

void add_telemetry_routes(Routes& routes) {
  routes.add("GET", "/sandboxes/metrics", metrics_of_many);
  routes.add("GET", "/sandboxes/{}/metrics", metrics_of_one);
  routes.add("GET", "/sandboxes/{}/logs", logs_first);
  routes.add("GET", "/v2/sandboxes/{}/logs", logs_second);
}

}  // namespace sandport::e2b_emulator

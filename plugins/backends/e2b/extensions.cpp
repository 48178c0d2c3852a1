#include "extensions.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sandport/sandbox.hpp>

#include "json_access.hpp"
#include "sandbox_info.hpp"

namespace sandport_e2b {
namespace {

using Json = nlohmann::json;
using sandport::Error;
using sandport::Task;

Json snapshot_json(const Json& snapshot) {
  Json result{{"id", text_of(snapshot, "snapshotID")}};
  const Json* names = member(snapshot, "names");
  if (names != nullptr && names->is_array() && !names->empty() && names->front().is_string()) {
    result["name"] = names->front();
  }
  return result;
}

Json parse_array(const std::string& text, const char* doing) {
  Json json = Json::parse(text, nullptr, false);
  if (json.is_array()) return json;
  throw Error(SP_DATA_LOSS,
              std::string("E2B: the server's answer is no JSON array; while ") + doing,
              "BAD_REPLY");
}

std::string time_of(const Json& item) {
  if (const auto unix = number_of(item, "timestampUnix"); unix != 0) {
    return format_time(TimePoint(std::chrono::seconds(unix)));
  }
  return text_of(item, "timestamp");
}

}  // namespace

Task<void> E2bPause::pause() { co_await envd_.api().pause(envd_.address().id); }

Task<void> E2bPause::resume() {
  const Options& options = envd_.options();
  auto remaining = options.life();
  if (const auto end = life_.end()) {
    const auto left = std::chrono::ceil<std::chrono::seconds>(*end - envd_.host().now());
    // What it had; but not so little that it ends before it is used.
    remaining = std::max(left, std::chrono::seconds(30));
  }
  const std::string text = co_await envd_.api().connect(envd_.address().id, remaining);
  const Json sandbox = parse_reply(text, "resuming a sandbox");
  Access access = access_of(sandbox);
  const Access before = envd_.access();
  if (access.envd_token.empty()) access.envd_token = before.envd_token;
  if (access.traffic_token.empty()) access.traffic_token = before.traffic_token;
  envd_.set_access(std::move(access));
  life_.set_end(envd_.host().now() + remaining);
}

Task<std::string> E2bSnapshot::create(std::string name) {
  const std::string text = co_await envd_.api().snapshot(envd_.address().id, std::move(name));
  co_return dump(snapshot_json(parse_reply(text, "taking a snapshot")));
}

Task<std::string> E2bSnapshot::list() {
  Json found = Json::array();
  std::string page;
  do {
    const ApiPage answer = co_await envd_.api().snapshots(envd_.address().id, page);
    for (const Json& snapshot : parse_array(answer.items, "listing snapshots")) {
      found.push_back(snapshot_json(snapshot));
    }
    page = answer.next;
  } while (!page.empty());
  co_return dump(found);
}

Task<void> E2bSnapshot::remove(std::string id) {
  co_await envd_.api().remove_snapshot(std::move(id));
}

Task<sandport::CreatedSandbox> E2bSnapshot::fork() {
  const std::string text = co_await envd_.api().fork(envd_.address().id, envd_.options().life());
  const Json forks = parse_array(text, "forking a sandbox");
  const Json* sandbox = forks.empty() ? nullptr : member(forks.front(), "sandbox");
  if (sandbox == nullptr) {
    const Json* error = forks.empty() ? nullptr : member(forks.front(), "error");
    const std::string why = error == nullptr ? "" : text_of(*error, "message");
    throw Error(SP_UNAVAILABLE,
                "E2B: the sandbox could not be forked" + (why.empty() ? "" : ": " + why), "",
                sandport::Retry::kYes);
  }
  auto created = co_await maker_.adopt_fork(sandbox->dump());
  co_return created;
}

Task<std::string> E2bMetrics::read(std::int64_t since, std::int64_t until) {
  require(envd_.version(), since::kMetrics, "reading metrics");
  const std::string text = co_await envd_.api().metrics(envd_.address().id, since, until);
  const bool disk = envd_.version() >= since::kDiskMetrics;
  Json points = Json::array();
  for (const Json& item : parse_array(text, "reading metrics")) {
    Json point{{"at", time_of(item)},
               {"cpu_count", number_of(item, "cpuCount")},
               {"cpu_percent", decimal_of(item, "cpuUsedPct")},
               {"memory_bytes", number_of(item, "memUsed")},
               {"memory_total_bytes", number_of(item, "memTotal")}};
    if (disk) {
      point["disk_bytes"] = number_of(item, "diskUsed");
      point["disk_total_bytes"] = number_of(item, "diskTotal");
    }
    points.push_back(std::move(point));
  }
  std::stable_sort(points.begin(), points.end(), [](const Json& left, const Json& right) {
    return left["at"].get_ref<const std::string&>() < right["at"].get_ref<const std::string&>();
  });
  co_return dump(points);
}

Task<std::string> E2bMetrics::logs() {
  const std::string text = co_await envd_.api().logs(envd_.address().id);
  const Json answer = parse_reply(text, "reading logs");
  Json lines = Json::array();
  const Json* logs = member(answer, "logs");
  if (logs != nullptr && logs->is_array()) {
    for (const Json& line : *logs) {
      lines.push_back({{"at", text_of(line, "timestamp")},
                       {"level", text_of(line, "level")},
                       {"message", text_of(line, "message")}});
    }
  }
  co_return dump(lines);
}

Task<std::string> E2bNetwork::get_policy() {
  const std::string text = co_await envd_.api().get(envd_.address().id);
  const Json details = parse_reply(text, "reading the network policy");
  const Json* network = member(details, "network");
  Json policy = network != nullptr && network->is_object() ? *network : Json::object();
  if (const Json* internet = member(details, "allowInternetAccess")) {
    policy["allow_internet_access"] = *internet;
  }
  co_return dump(policy);
}

Task<void> E2bNetwork::set_policy(std::string policy) {
  Json wire = parse_request(network_to_wire(policy), "the network policy");
  // These are settled when a sandbox is made.
  for (const char* fixed : {"allowPublicTraffic", "maskRequestHost", "httpsPorts"})
    wire.erase(fixed);
  co_await envd_.api().set_network(envd_.address().id, dump_strict(wire, "the network policy"));
}

}  // namespace sandport_e2b

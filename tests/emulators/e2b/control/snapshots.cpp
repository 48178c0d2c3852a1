#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/emulators/e2b/control/routes.hpp"
#include "tests/emulators/e2b/control/sandbox_json.hpp"

namespace sandport::e2b_emulator {
namespace {

using nlohmann::json;

json snapshot_json(const Snapshot& snapshot) {
  json told;
  told["snapshotID"] = snapshot.id;
  told["names"] = snapshot.names;
  return told;
}

Task<std::unique_ptr<Snapshot>> take_snapshot(World& world, const EmulatedSandbox& of) {
  auto snapshot = std::make_unique<Snapshot>();
  snapshot->sandbox_id = of.id;
  SandboxSpec spec;  // named: g++ 12 destroys one made inside the expression twice
  snapshot->holder = co_await world.local.backend().create(std::move(spec));
  snapshot->root = json::parse(snapshot->holder->info().json).at("root").get<std::string>();
  co_await World::copy_root(*snapshot->holder, of.root, snapshot->root);
  co_return snapshot;
}

Task<void> create_snapshot(Call& call) {
  const json body = co_await call.read_json();
  const auto sandbox = need_sandbox(call, call.parts[0]);
  co_await settled(sandbox);
  std::unique_ptr<Snapshot> snapshot = co_await take_snapshot(call.world, *sandbox);
  std::string name = body.contains("name") && body["name"].is_string()
                         ? body["name"].get<std::string>()
                         : std::string();
  if (name.empty()) {
    snapshot->id = random_id(20) + ":default";
  } else {
    if (name.find(':') == std::string::npos) name += ":default";
    snapshot->id = name;
    snapshot->names = {name};
    std::erase_if(call.world.snapshots, [&](const auto& old) { return old->id == name; });
  }
  const json told = snapshot_json(*snapshot);
  call.world.snapshots.push_back(std::move(snapshot));
  // The machine stood still for a moment, which breaks its connections.
  sandbox->cut_streams();
  co_await call.reply(201, told);
}

Task<void> list_snapshots(Call& call) {
  const auto sandbox_id = call.target.parameter("sandboxID");
  const auto name = call.target.parameter("name");
  const std::size_t limit =
      static_cast<std::size_t>(std::stoul(call.target.parameter("limit").value_or("100")));
  const auto token = call.target.parameter("nextToken").value_or("");
  bool started = token.empty();
  json page = json::array();
  std::string headers;
  for (auto at = call.world.snapshots.rbegin(); at != call.world.snapshots.rend(); ++at) {
    const Snapshot& snapshot = **at;
    if (!started) {
      started = snapshot.id == token;
      continue;
    }
    if (snapshot.sandbox_id.empty()) continue;  // a template
    if (sandbox_id && snapshot.sandbox_id != *sandbox_id) continue;
    if (name && snapshot.id != *name && snapshot.id != *name + ":default") continue;
    if (page.size() == limit) {
      headers = "X-Next-Token: " + page.back()["snapshotID"].get<std::string>();
      break;
    }
    page.push_back(snapshot_json(snapshot));
  }
  co_await call.reply(200, page, headers);
}

// Templates and snapshots share this route.
Task<void> delete_snapshot(Call& call) {
  const bool removed = co_await remove_template(call);
  if (removed) co_return;
  auto& all = call.world.snapshots;
  const auto found = std::find_if(all.begin(), all.end(), [&](const auto& snapshot) {
    return snapshot->id == call.parts[0] || snapshot->id == call.parts[0] + ":default";
  });
  if (found == all.end()) throw HttpFailure(404, "template '" + call.parts[0] + "' not found");
  const std::unique_ptr<Snapshot> gone = std::move(*found);
  all.erase(found);
  co_await gone->holder->dispose();
  co_await call.reply_empty(204);
}

// Files are copied, processes are not.
Task<std::shared_ptr<EmulatedSandbox>> fork_one(World& world, const EmulatedSandbox& from,
                                                const Snapshot& snapshot,
                                                std::chrono::seconds life) {
  auto made = co_await world.make_sandbox(&snapshot);
  made->template_id = from.template_id;
  made->alias = from.alias;
  made->metadata = from.metadata;
  made->environment = from.environment;
  made->network = from.network;
  if (!from.access_token.empty()) made->access_token = random_id(32);
  if (!from.traffic_token.empty()) made->traffic_token = random_id(32);
  world.start(made, life);
  co_return made;
}

Task<void> fork(Call& call) {
  const json body = co_await call.read_json();
  const auto life = life_from(call.world, body, "timeout", std::chrono::seconds(15));
  const int count = body.value("count", 1);
  if (count < 1 || count > 100) {
    throw HttpFailure(400, "validation error: count must be between 1 and 100");
  }
  const auto sandbox = need_sandbox(call, call.parts[0]);
  if (sandbox->state != VmState::kRunning) {
    throw HttpFailure(409, "sandbox '" + sandbox->id + "' is paused");
  }
  const std::unique_ptr<Snapshot> snapshot = co_await take_snapshot(call.world, *sandbox);
  sandbox->cut_streams();
  json results = json::array();
  for (int i = 0; i < count; ++i) {
    json result;
    try {
      check_quota(call.world);
      const auto made = co_await fork_one(call.world, *sandbox, *snapshot, life);
      result["sandbox"] = sandbox_json(*made);
    } catch (const HttpFailure& failure) {
      result["error"]["code"] = failure.status();
      result["error"]["message"] = failure.what();
    }
    results.push_back(std::move(result));
  }
  co_await snapshot->holder->dispose();
  co_await call.reply(201, results);
}

}  // namespace

void add_snapshot_routes(Routes& routes) {
  routes.add("POST", "/sandboxes/{}/snapshots", create_snapshot);
  routes.add("GET", "/snapshots", list_snapshots);
  routes.add("DELETE", "/templates/{}", delete_snapshot);
  routes.add("POST", "/sandboxes/{}/fork", fork);
}

}  // namespace sandport::e2b_emulator

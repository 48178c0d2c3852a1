#include <nlohmann/json.hpp>

#include "tests/emulators/e2b/control/routes.hpp"
#include "tests/emulators/e2b/control/sandbox_json.hpp"

namespace sandport::e2b_emulator {
namespace {

using nlohmann::json;

constexpr std::chrono::seconds kConnectDefaultLife{300};
constexpr std::chrono::seconds kResumeDefaultLife{15};

Task<void> wake(World& world, std::shared_ptr<EmulatedSandbox> sandbox, std::chrono::seconds life) {
  check_quota(world);
  co_await world.resume(sandbox);
  world.set_deadline(sandbox, std::chrono::system_clock::now() + life);
}

// 200 for one that ran, 201 for one that was resumed.
Task<void> connect(Call& call, std::optional<std::chrono::seconds> fallback) {
  World& world = call.world;
  const json body = co_await call.read_json();
  const auto life = life_from(world, body, "timeout", fallback);
  auto sandbox = need_sandbox(call, call.parts[0]);
  co_await settled(sandbox);
  sandbox = need_sandbox(call, call.parts[0]);
  if (sandbox->state == VmState::kPaused) {
    if (!body.value("memory", true)) sandbox->memory_kept = false;
    co_await wake(world, sandbox, life);
    co_await call.reply(201, sandbox_json(*sandbox));
    co_return;
  }
  const WallTime end = std::chrono::system_clock::now() + life;
  if (end > sandbox->end_at) world.set_deadline(sandbox, end);
  co_await call.reply(200, sandbox_json(*sandbox));
}

Task<void> connect_first(Call& call) {
  if (call.world.options.routes == RouteGeneration::kSecond) {
    throw HttpFailure(404, "no matching operation was found");
  }
  co_await connect(call, std::nullopt);
}

Task<void> connect_second(Call& call) {
  if (call.world.options.routes == RouteGeneration::kFirst) {
    throw HttpFailure(404, "no matching operation was found");
  }
  co_await connect(call, kConnectDefaultLife);
}

Task<void> resume(Call& call) {
  const json body = co_await call.read_json();
  const auto life = life_from(call.world, body, "timeout", kResumeDefaultLife);
  const auto sandbox = need_sandbox(call, call.parts[0]);
  co_await settled(sandbox);
  if (sandbox->state != VmState::kPaused) {
    throw HttpFailure(409, "Sandbox " + sandbox->id + " is already running");
  }
  if (body.contains("autoPause") && body["autoPause"].is_boolean()) {
    sandbox->auto_pause = body["autoPause"].get<bool>();
  }
  co_await wake(call.world, sandbox, life);
  co_await call.reply(201, sandbox_json(*sandbox));
}

Task<void> pause(Call& call) {
  const json body = co_await call.read_json();
  const auto sandbox = need_sandbox(call, call.parts[0]);
  if (sandbox->state != VmState::kRunning || sandbox->changing) {
    throw HttpFailure(409, "Error pausing sandbox - sandbox '" + sandbox->id +
                               "' is already paused or is changing its state");
  }
  co_await call.world.pause(sandbox, body.value("memory", true));
  co_await call.reply_empty(204);
}

Task<void> remove(Call& call) {
  const auto sandbox = need_sandbox(call, call.parts[0]);
  co_await call.world.kill(sandbox);
  co_await call.reply_empty(204);
}

Task<void> set_timeout(Call& call) {
  const json body = co_await call.read_json();
  const auto life = life_from(call.world, body, "timeout", std::nullopt);
  const auto sandbox = need_sandbox(call, call.parts[0]);
  if (sandbox->state != VmState::kRunning) {
    throw HttpFailure(409, "sandbox '" + sandbox->id + "' is paused");
  }
  call.world.set_deadline(sandbox, std::chrono::system_clock::now() + life);
  co_await call.reply_empty(204);
}

Task<void> refresh(Call& call) {
  const json body = co_await call.read_json();
  const auto life = life_from(call.world, body, "duration", kResumeDefaultLife);
  if (life > std::chrono::hours(1)) {
    throw HttpFailure(400, "validation error: duration must be at most 3600");
  }
  const auto sandbox = need_sandbox(call, call.parts[0]);
  const WallTime end = std::chrono::system_clock::now() + life;
  if (sandbox->state == VmState::kRunning && end > sandbox->end_at) {
    call.world.set_deadline(sandbox, end);
  }
  co_await call.reply_empty(204);
}

// What the request does not name is cleared.
Task<void> replace_network(Call& call) {
  const json body = co_await call.read_json();
  const auto sandbox = need_sandbox(call, call.parts[0]);
  if (sandbox->state != VmState::kRunning) {
    throw HttpFailure(409, "sandbox '" + sandbox->id + "' is paused");
  }
  json network;
  if (!sandbox->traffic_token.empty()) network["allowPublicTraffic"] = false;
  for (const char* name : {"allowOut", "denyOut", "rules", "egressProxy"}) {
    if (body.contains(name)) network[name] = body[name];
  }
  sandbox->network = network.is_null() ? "" : network.dump();
  sandbox->allow_internet_access.reset();
  if (body.contains("allow_internet_access")) {
    sandbox->allow_internet_access = body["allow_internet_access"].get<bool>();
  }
  co_await call.reply_empty(204);
}

}  // namespace

void add_lifecycle_routes(Routes& routes) {
  routes.add("POST", "/sandboxes/{}/connect", connect_first);
  routes.add("POST", "/v2/sandboxes/{}/connect", connect_second);
  routes.add("POST", "/sandboxes/{}/resume", resume);
  routes.add("POST", "/sandboxes/{}/pause", pause);
  routes.add("DELETE", "/sandboxes/{}", remove);
  routes.add("POST", "/sandboxes/{}/timeout", set_timeout);
  routes.add("POST", "/sandboxes/{}/refreshes", refresh);
  routes.add("PUT", "/sandboxes/{}/network", replace_network);
}

}  // namespace sandport::e2b_emulator

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/emulators/e2b/control/routes.hpp"
#include "tests/emulators/e2b/control/sandbox_json.hpp"

namespace sandport::e2b_emulator {
namespace {

using nlohmann::json;

constexpr std::chrono::seconds kFirstDefaultLife{15};
constexpr std::chrono::seconds kSecondDefaultLife{300};
constexpr const char* kAllTraffic = "0.0.0.0/0";

bool is_domain(const std::string& entry) {
  return entry.find_first_not_of("0123456789./:abcdefABCDEF") != std::string::npos;
}

void check_network(const json& network, bool secure) {
  const auto allow = network.value("allowOut", std::vector<std::string>{});
  const auto deny = network.value("denyOut", std::vector<std::string>{});
  const bool denies_all = std::find(deny.begin(), deny.end(), kAllTraffic) != deny.end();
  if (std::any_of(allow.begin(), allow.end(), is_domain) && !denies_all) {
    throw HttpFailure(400,
                      "when specifying allowed domains in allow out, you must include "
                      "'ALL_TRAFFIC' in deny out to block all other traffic");
  }
  if (!network.value("allowPublicTraffic", true) && !secure) {
    throw HttpFailure(400, "cannot disable public traffic of a sandbox that is not secured");
  }
}

// `namespace/alias:tag` as the id and the alias of a template, or a snapshot.
const Snapshot* choose_template(World& world, const std::string& name, EmulatedSandbox* made) {
  if (const Snapshot* snapshot = world.find_snapshot(name)) {
    made->template_id = snapshot->id;
    return snapshot;
  }
  std::string alias = name.substr(0, name.find(':'));
  alias.erase(0, alias.find('/') + 1);
  for (const EmulatedTemplate& known : world.templates) {
    if (known.id != alias && known.name != alias) continue;
    made->template_id = known.id;
    made->alias = known.name;
    return nullptr;
  }
  throw HttpFailure(404, "template '" + name + "' not found");
}

// All but what the files are made of.
void apply_request(World& world, const json& body, bool secure, EmulatedSandbox* made) {
  made->metadata = body.value("metadata", made->metadata);
  made->environment = body.value("envVars", made->environment);
  made->auto_pause = body.value("autoPause", false);
  made->auto_pause_memory = body.value("autoPauseMemory", true);
  if (body.contains("autoResume")) made->auto_resume = body["autoResume"].value("enabled", false);
  if (!made->auto_pause_memory && (!made->auto_pause || made->auto_resume)) {
    throw HttpFailure(400, "autoPauseMemory: false needs autoPause and excludes autoResume");
  }
  if (body.contains("allow_internet_access")) {
    made->allow_internet_access = body["allow_internet_access"].get<bool>();
  }
  if (body.contains("network") && !body["network"].is_null()) {
    check_network(body["network"], secure);
    made->network = body["network"].dump();
    if (!body["network"].value("allowPublicTraffic", true)) made->traffic_token = random_id(32);
  }
  if (body.contains("volumeMounts")) made->volume_mounts = body["volumeMounts"].dump();
  if (!secure) return;
  if (!world.at_least("0.2.0")) {
    throw HttpFailure(400, "the template is too old for secured sandboxes; rebuild it");
  }
  made->access_token = random_id(32);
}

Task<void> create(Call& call, bool second) {
  World& world = call.world;
  const json body = co_await call.read_json();
  if (!body.contains("templateID") || !body["templateID"].is_string()) {
    throw HttpFailure(400, "validation error: property \"templateID\" is missing");
  }
  const auto life =
      life_from(world, body, "timeout", second ? kSecondDefaultLife : kFirstDefaultLife);
  if (life.count() == 0) throw HttpFailure(400, "Timeout must be greater than 0");
  // Looked at before anything is made.
  EmulatedSandbox wanted(world.executor, "");
  const std::string name = body["templateID"].get<std::string>();
  const Snapshot* origin = choose_template(world, name, &wanted);
  const bool secure = second || body.value("secure", false);
  apply_request(world, body, secure, &wanted);
  check_quota(world);

  const std::shared_ptr<EmulatedSandbox> made = co_await world.make_sandbox(origin);
  static_cast<void>(choose_template(world, name, made.get()));
  apply_request(world, body, secure, made.get());
  world.start(made, life);
  co_await call.reply(201, sandbox_json(*made));
}

Task<void> create_first(Call& call) {
  if (call.world.options.routes == RouteGeneration::kSecond) {
    throw HttpFailure(404, "no matching operation was found");
  }
  co_await create(call, false);
}

Task<void> create_second(Call& call) {
  if (call.world.options.routes == RouteGeneration::kFirst) {
    throw HttpFailure(405, "method not allowed");
  }
  co_await create(call, true);
}

}  // namespace

void add_create_routes(Routes& routes) {
  routes.add("POST", "/sandboxes", create_first);
  routes.add("POST", "/v2/sandboxes", create_second);
}

}  // namespace sandport::e2b_emulator

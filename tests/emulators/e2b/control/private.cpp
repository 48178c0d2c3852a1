// What a test tells the emulator from outside of its process.
#include <nlohmann/json.hpp>

#include "tests/emulators/e2b/control/routes.hpp"

namespace sandport::e2b_emulator {
namespace {

using nlohmann::json;

// One rule or an array of them; added to those that are there.
Task<void> add_rules(Call& call) {
  const std::string text = co_await call.exchange.read_all();
  const json body = json::parse(text, nullptr, false);
  std::vector<Rule> rules;
  try {
    if (body.is_array()) {
      for (const json& rule : body) rules.push_back(rule_from_json(rule));
    } else {
      rules.push_back(rule_from_json(body));
    }
  } catch (const Error& error) {
    throw HttpFailure(400, error.what());
  }
  {
    const std::lock_guard lock(call.world.mutex);
    for (Rule& rule : rules) call.world.rules.add(std::move(rule));
  }
  co_await call.reply_empty(204);
}

Task<void> clear_rules(Call& call) {
  {
    const std::lock_guard lock(call.world.mutex);
    call.world.rules.clear();
  }
  co_await call.reply_empty(204);
}

Task<void> show_requests(Call& call) {
  json all = json::array();
  {
    const std::lock_guard lock(call.world.mutex);
    for (const SeenRequest& request : call.world.requests) {
      json told;
      told["method"] = request.method;
      told["target"] = request.target;
      told["sandboxID"] = request.sandbox_id;
      for (const auto& [name, value] : request.headers) told["headers"][name] = value;
      all.push_back(std::move(told));
    }
  }
  co_await call.reply(200, all);
}

Task<void> clear_requests(Call& call) {
  {
    const std::lock_guard lock(call.world.mutex);
    call.world.requests.clear();
  }
  co_await call.reply_empty(204);
}

// pause, expire or kill: behind the client's back.
Task<void> interfere(Call& call) {
  const auto sandbox = need_sandbox(call, call.parts[0]);
  if (call.parts[1] == "pause") {
    co_await call.world.pause(sandbox, true);
  } else if (call.parts[1] == "expire") {
    co_await call.world.expire(sandbox);
  } else if (call.parts[1] == "kill") {
    co_await call.world.kill(sandbox);
  } else {
    throw HttpFailure(404, "a sandbox can be told to pause, expire or kill");
  }
  co_await call.reply_empty(204);
}

}  // namespace

void add_private_routes(Routes& routes) {
  routes.add("POST", "/_emulator/rules", add_rules);
  routes.add("DELETE", "/_emulator/rules", clear_rules);
  routes.add("GET", "/_emulator/requests", show_requests);
  routes.add("DELETE", "/_emulator/requests", clear_requests);
  routes.add("POST", "/_emulator/sandboxes/{}/{}", interfere);
}

}  // namespace sandport::e2b_emulator

#include <nlohmann/json.hpp>

#include "tests/emulators/e2b/control/routes.hpp"

namespace sandport::e2b_emulator {

void check_api_key(const Call& call) {
  const std::string key = call.header("X-API-Key");
  if (key == call.world.options.api_key) return;
  throw HttpFailure(401, key.empty() ? "no credentials found" : "Invalid API key");
}

std::shared_ptr<EmulatedSandbox> need_sandbox(const Call& call, const std::string& id) {
  auto sandbox = call.world.find(id);
  if (!sandbox)
    throw HttpFailure(404, "sandbox \"" + id + "\" doesn't exist or you don't have access to it");
  return sandbox;
}

Task<void> settled(std::shared_ptr<EmulatedSandbox> sandbox) {
  while (sandbox->changing) co_await sandbox->changed.wait();
}

std::chrono::seconds life_from(const World& world, const nlohmann::json& body, const char* name,
                               std::optional<std::chrono::seconds> fallback) {
  const auto found = body.find(name);
  if (found == body.end() || found->is_null()) {
    if (fallback) return *fallback;
    throw HttpFailure(400, std::string("validation error: property \"") + name + "\" is missing");
  }
  if (!found->is_number_integer() || found->get<std::int64_t>() < 0) {
    throw HttpFailure(400,
                      std::string("validation error: \"") + name + "\" must be an integer >= 0");
  }
  const std::chrono::seconds life(found->get<std::int64_t>());
  if (life > world.options.longest_life) {
    const auto hours = std::chrono::duration_cast<std::chrono::hours>(world.options.longest_life);
    throw HttpFailure(400,
                      "Timeout cannot be greater than " + std::to_string(hours.count()) + " hours");
  }
  return life;
}

void check_quota(const World& world) {
  if (world.running() < world.options.most_sandboxes) return;
  throw HttpFailure(429, "you have reached the maximum number of concurrent E2B sandboxes (" +
                             std::to_string(world.options.most_sandboxes) +
                             "). If you need more, please contact us");
}

}  // namespace sandport::e2b_emulator

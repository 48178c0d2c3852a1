#include "tests/emulators/e2b/core/machine_metrics.hpp"

#include <nlohmann/json.hpp>

#include "tests/emulators/e2b/envd/routes.hpp"

namespace sandport::e2b_emulator {
namespace {

Task<void> tell_health(Call& call) { co_await call.reply_empty(204); }

Task<void> tell_metrics(Call& call) {
  const MachineMetrics now = measure_machine(call.sandbox->root);
  constexpr std::uint64_t kMiB = 1 << 20;
  nlohmann::json told;
  told["ts"] = now.unix_seconds;
  told["cpu_count"] = now.cpu_count;
  told["cpu_used_pct"] = now.cpu_used_percent;
  told["mem_total_mib"] = now.memory_total / kMiB;
  told["mem_used_mib"] = now.memory_used / kMiB;
  told["mem_total"] = now.memory_total;
  told["mem_used"] = now.memory_used;
  told["mem_cache"] = now.memory_cache;
  told["disk_used"] = now.disk_used;
  told["disk_total"] = now.disk_total;
  co_await call.reply(200, told);
}

Task<void> tell_environment(Call& call) {
  nlohmann::json told = call.sandbox->environment;
  told["E2B_SANDBOX"] = "true";
  told["E2B_SANDBOX_ID"] = call.sandbox->id;
  co_await call.reply(200, told);
}

}  // namespace

void add_machine_routes(Routes& routes) {
  routes.add("GET", "/health", tell_health);
  routes.add("GET", "/metrics", tell_metrics);
  routes.add("GET", "/envs", tell_environment);
}

}  // namespace sandport::e2b_emulator

// The E2B backend against the service that E2B_API_KEY, E2B_API_URL and E2B_SANDBOX_URL lead to:
// the emulator. e2b.mjs does the same work with the official client.
//
// usage: bench_e2b commands|transfer
//        bench_e2b watch SANDBOXES
#include "tests/bench/e2b.hpp"

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "core/error.hpp"
#include "host/assembly/runtime.hpp"
#include "host/engine/engine.hpp"
#include "tests/bench/measure.hpp"

namespace sandport::bench {
namespace {

// A line of the kernel's, in MB. getrusage would tell of the process that started this one, too.
double memory(const std::string& name) {
  std::ifstream status("/proc/self/status");
  std::string word;
  while (status >> word) {
    double kibibytes = 0;
    if (word == name && status >> kibibytes) return kibibytes * 1024 / 1e6;
  }
  throw Error(Code::kInternal, "the kernel does not tell " + name);
}

std::string variable(const char* name) {
  const char* const value = std::getenv(name);
  if (value == nullptr) throw Error(Code::kInvalidArgument, std::string(name) + " is not set");
  return value;
}

std::string options() {
  const nlohmann::json options{{"api_key", variable("E2B_API_KEY")},
                               {"api_url", variable("E2B_API_URL")},
                               {"sandbox_url", variable("E2B_SANDBOX_URL")},
                               {"timeout", "1h"}};
  return options.dump();
}

int run(const std::string& what, const std::string& extra) {
  Runtime runtime(RuntimeOptions{});
  manifest::PluginUse use;
  use.uses = "e2b";
  use.options = options();
  const FoundPlugin plugin = runtime.plugins().find("backend", use.uses);
  const std::unique_ptr<Backend> backend = runtime.make_backend(plugin, use);
  if (what == "commands") {
    measure_e2b_commands(runtime.engine(), *backend);
  } else if (what == "transfer") {
    measure_e2b_transfer(runtime.engine(), *backend);
  } else if (what == "watch") {
    measure_e2b_watches(runtime.engine(), *backend, std::stoul(extra));
  } else {
    std::cerr << "bench_e2b: nothing is called " << what << '\n';
    return 2;
  }
  report("peak_mb", peak_memory());
  return 0;
}

}  // namespace

double peak_memory() { return memory("VmHWM:"); }
double memory_now() { return memory("VmRSS:"); }

}  // namespace sandport::bench

int main(int count, char** arguments) {
  if (count < 2) {
    std::cerr << "usage: bench_e2b WHAT [MORE]\n";
    return 2;
  }
  try {
    return sandport::bench::run(arguments[1], count > 2 ? arguments[2] : "");
  } catch (const std::exception& error) {
    std::cerr << "bench_e2b: " << error.what() << '\n';
    return 1;
  }
}

// The part of the benchmarks that needs no process of its own for each measurement.
//
// usage: bench_inprocess plugins DIRECTORY
//        bench_inprocess loop|tool|exec MANIFEST
//        bench_inprocess idle MANIFEST SESSIONS
//        bench_inprocess files MANIFEST DIRECTORY
#include <filesystem>
#include <iostream>
#include <string>

#include "host/assembly/agent.hpp"
#include "host/assembly/prepare.hpp"
#include "host/assembly/runtime.hpp"
#include "host/plugin/loaded_plugin.hpp"
#include "tests/bench/measure.hpp"

namespace sandport::bench {
namespace {

// The checks of the file included, as in every run.
void measure_plugins(const std::string& directory) {
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    const std::string name = entry.path().filename().string();
    if (!name.ends_with(".sandport.so")) continue;
    const Instant begin = now();
    const auto plugin = LoadedPlugin::load(entry.path(), "");
    report(name.substr(0, name.find('.')), microseconds(begin, now()));
  }
}

int run(const std::string& what, const std::string& manifest, const std::string& extra) {
  if (what == "plugins") {
    measure_plugins(manifest);
    return 0;
  }
  Runtime runtime(RuntimeOptions{});
  Agent agent(runtime, prepare_manifest(manifest, {}, runtime.plugins()));
  if (what == "loop") {
    measure_loop(agent);
  } else if (what == "tool") {
    measure_tool_call(agent);
  } else if (what == "exec") {
    measure_exec(agent);
  } else if (what == "idle") {
    measure_idle_sessions(agent, std::stoul(extra));
  } else if (what == "files") {
    measure_files(agent, extra);
  } else {
    std::cerr << "bench_inprocess: nothing is called " << what << '\n';
    return 2;
  }
  return 0;
}

}  // namespace
}  // namespace sandport::bench

int main(int count, char** arguments) {
  if (count < 3) {
    std::cerr << "usage: bench_inprocess WHAT MANIFEST [MORE]\n";
    return 2;
  }
  try {
    return sandport::bench::run(arguments[1], arguments[2], count > 3 ? arguments[3] : "");
  } catch (const std::exception& error) {
    std::cerr << "bench_inprocess: " << error.what() << '\n';
    return 1;
  }
}

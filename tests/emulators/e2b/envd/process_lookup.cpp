#include "tests/emulators/e2b/envd/process_lookup.hpp"

#include <nlohmann/json.hpp>

#include "tests/emulators/e2b/envd/rpc.hpp"

namespace sandport::e2b_emulator {

std::shared_ptr<RunningProcess> find_selected(EmulatedSandbox& sandbox,
                                              const nlohmann::json& request, Ended ended) {
  const nlohmann::json selector = object_member(request, "process");
  if (selector.contains("pid")) {
    const std::uint32_t pid = number_member(selector, "pid");
    auto process = sandbox.find_process(pid);
    if (process && (ended == Ended::kToo || !process->ended())) return process;
    throw ConnectFailure(Code::kNotFound, "process with pid " + std::to_string(pid) + " not found");
  }
  if (!selector.contains("tag")) {
    throw ConnectFailure(Code::kUnimplemented,
                         "invalid input type: a selector names a pid or a tag");
  }
  const std::string tag = string_member(selector, "tag");
  for (const auto& [pid, process] : sandbox.processes) {
    if (process->settings().tag != tag) continue;
    if (ended == Ended::kToo || !process->ended()) return process;
  }
  throw ConnectFailure(Code::kNotFound, "process with tag " + tag + " not found");
}

}  // namespace sandport::e2b_emulator

// What is known of a sandbox, from the control API's words into the host's.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "connect/envd.hpp"
#include "options.hpp"

namespace sandport_e2b {

// A label of ours by which a create whose answer was lost is found. Not shown.
inline constexpr const char* kCreateLabel = "sandport.create";

// Facts beside the API's own.
struct InfoContext {
  InfoContext() = default;

  std::string home;
  std::string work_dir;
  std::string user;
};

// From a SandboxDetail or a ListedSandbox. → the info JSON of abi/sandbox.h.
[[nodiscard]] nlohmann::json describe(const nlohmann::json& details, const InfoContext& context);

// From a Sandbox, as create and connect answer, or a SandboxDetail.
[[nodiscard]] Access access_of(const nlohmann::json& sandbox);

}  // namespace sandport_e2b

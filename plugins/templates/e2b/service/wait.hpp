// Follows a build until it is ready or has failed.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <sandport/host.hpp>

#include "api.hpp"
#include "build_log.hpp"
#include "failure.hpp"

namespace e2b_template {

struct BuildStatus {
  std::string state;  // waiting, building, ready, error
  FailureReason reason;
};

// One look; entries from `offset` on go to `log`, which may be null, and raise `offset`.
[[nodiscard]] sandport::Task<BuildStatus> poll_build(const Api& api, BuildIds ids,
                                                     std::size_t& offset, BuildLog* log,
                                                     int attempts);

// Every log entry goes to `log`. Ends when the build is ready. Throws the build's failure;
// SP_DEADLINE_EXCEEDED after options.build_timeout, the build goes on; what the service said when
// it was out of reach for longer than options.outage_limit.
[[nodiscard]] sandport::Task<void> wait_for_build(sandport::Host host, const Api& api,
                                                  const Options& options, BuildIds ids,
                                                  std::optional<BuildRecord> record, BuildLog& log);

}  // namespace e2b_template

// Making a sandbox without ever leaking one.
#pragma once

#include <sandport/host.hpp>
#include <sandport/task.hpp>
#include <string>

#include "api/control_api.hpp"
#include "options.hpp"

namespace sandport_e2b {

struct NewSandbox {
  NewSandbox() = default;

  StringMap envs;
  StringMap metadata;
};

// The body of the request, in the older generation's form.
[[nodiscard]] std::string create_body(const Options& options, const NewSandbox& wanted);

// → its JSON. The service knows no idempotent create: each one carries a label of its own, and when
// an answer is lost the sandbox is looked for by it and adopted. A cancel waits for the answer of a
// request that is under way.
[[nodiscard]] sandport::Task<std::string> create_sandbox(sandport::Host host,
                                                         const Options& options,
                                                         const ControlApi& api, NewSandbox wanted);

}  // namespace sandport_e2b

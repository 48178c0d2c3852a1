// The whole of JSON Schema draft 7 by a library, with messages made readable.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace sandport::manifest {

struct SchemaViolation {
  std::string pointer;  // JSON pointer into the value; empty for the value itself
  std::string message;
};

// Why this cannot serve as an options schema; empty when it can.
[[nodiscard]] std::string schema_problem(const nlohmann::json& schema);

// In the order found, each path's summary after its details. `schema` must have no problem.
// The keyword `format` is left out: what formats mean is the caller's matter.
[[nodiscard]] std::vector<SchemaViolation> find_violations(const nlohmann::json& schema,
                                                           const nlohmann::json& value);

}  // namespace sandport::manifest

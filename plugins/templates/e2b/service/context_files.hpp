// Reads what the COPY steps of a template take, before anything is sent.
#pragma once

#include <cstdint>
#include <stop_token>
#include <vector>

#include "../files/entry.hpp"
#include "../model/diagnostics.hpp"
#include "../model/template.hpp"

namespace e2b_template {

struct StepFiles {
  std::size_t step = 0;  // its index in the template
  Entries entries;
  std::uint64_t bytes = 0;  // of the contents
};

// Also sets the steps' hashes. Blocks. Throws SP_INVALID_ARGUMENT with all that is wrong, each with
// its step's place; Cancelled.
[[nodiscard]] std::vector<StepFiles> read_context(Template& made, Diagnostics& diagnostics,
                                                  const std::stop_token& stop);

}  // namespace e2b_template

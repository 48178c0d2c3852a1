// Why a build failed, as a person wants to know it: step, command, exit status, place, last words.
#pragma once

#include <deque>
#include <optional>
#include <sandport/error.hpp>
#include <string>

#include "build_record.hpp"

namespace e2b_template {

// As the service tells it: `step` is "base", "finalize" or the number of a step, from 1.
struct FailureReason {
  std::string message;
  std::string step;
};

[[nodiscard]] sandport::Error build_failure(const BuildIds& ids, const FailureReason& reason,
                                            const std::optional<BuildRecord>& record,
                                            const std::deque<std::string>& last_words);

}  // namespace e2b_template

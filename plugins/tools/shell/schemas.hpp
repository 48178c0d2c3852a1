// What the model reads about the shell tools.
#pragma once

#include <string>

#include "options.hpp"

namespace shell {

// Names the configured limits.
[[nodiscard]] std::string run_description(const Options& options);

extern const char* const kRunSchema;
extern const char* const kLogsSchema;
extern const char* const kKillSchema;

}  // namespace shell

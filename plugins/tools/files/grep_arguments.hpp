// The arguments of fs_grep.
#pragma once

#include <sandport/entry.hpp>
#include <sandport/toolset.hpp>

#include <cstdint>
#include <nlohmann/json_fwd.hpp>

#include "options.hpp"

namespace files {

enum class GrepMode { kContent, kFiles, kCounts };

struct GrepArguments {
  sandport::GrepRequest request;
  GrepMode mode = GrepMode::kContent;
  bool line_numbers = true;
  std::uint64_t offset = 0;  // results to leave out at the front
  std::uint64_t limit = 0;   // most results; 0: all
};

// Throws Refusal.
[[nodiscard]] GrepArguments read_grep_arguments(const sandport::Call& call,
                                                const nlohmann::json& arguments,
                                                const Options& options);

}  // namespace files

// A template that was read and checked, with its files: ready to be sent.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "service/context_files.hpp"
#include "source.hpp"

namespace e2b_template {

struct Prepared {
  Prepared() = default;  // no aggregate: g++ 12 destroys those twice in awaited expressions

  Source source;
  Template made;
  std::vector<StepFiles> files;
  Diagnostics diagnostics;  // warnings
};

// Reads everything from the disk, and sends nothing. Blocks. Throws Error with all that is wrong.
[[nodiscard]] Prepared prepare_source(const std::string& json, const std::stop_token& stop);

}  // namespace e2b_template

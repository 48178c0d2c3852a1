// Failures that the model should see and may mend.
#pragma once

#include <sandport/error.hpp>
#include <sandport/toolset.hpp>

#include <stdexcept>
#include <string>

#include "toolbox.hpp"

namespace files {

// One line for the model; becomes an error result.
class Refusal : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

using Handler = sandport::Task<sandport::ToolResult> (*)(sandport::Call&, Toolbox&);

// Runs handler; a Refusal, and what the file system says about a path, becomes an error result.
// Other failures, which are not the model's to mend, are thrown on.
[[nodiscard]] sandport::Task<sandport::ToolResult> answer(Handler handler, sandport::Call& call,
                                                          Toolbox& tools);

// Whether the error is about the path that was given, not about the sandbox.
[[nodiscard]] bool is_about_path(const sandport::Error& error);

}  // namespace files

// How a process ended, from what a shell or envd says about it.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <sandport/exec.hpp>
#include <string_view>

namespace sandport_e2b {

// From a shell's $?: above 128 a signal did it.
[[nodiscard]] sandport::ExitStatus from_shell_code(int code);

// From envd's end event.
[[nodiscard]] sandport::ExitStatus from_end_event(const nlohmann::json& end);

// 0 for an unknown one. name: Go's words, such as "killed" or "broken pipe".
[[nodiscard]] int signal_number(std::string_view name);

}  // namespace sandport_e2b

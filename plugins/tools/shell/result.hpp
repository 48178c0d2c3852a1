// Parts that the results of the shell tools share.
#pragma once

#include <sandport/exec.hpp>

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "head_tail.hpp"

namespace shell {

// The output, ended by a line end; nothing when there was none.
[[nodiscard]] std::string with_output(const HeadTail& output, const std::string& nothing);

// {"reason": "exited"|"killed"|"timeout"|"lost", "exit_code"?, "signal"?}
[[nodiscard]] nlohmann::json exit_json(const sandport::ExitStatus& exit);

}  // namespace shell

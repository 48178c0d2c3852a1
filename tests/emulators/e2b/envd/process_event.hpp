// The messages of process streams, as JSON text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/sandbox/process.hpp"

namespace sandport::e2b_emulator {

[[nodiscard]] std::string start_event(std::uint32_t pid);
[[nodiscard]] std::string data_event(OutputChannel channel, std::string_view bytes);
[[nodiscard]] std::string end_event(const ExitStatus& status);
[[nodiscard]] std::string keepalive_event();

}  // namespace sandport::e2b_emulator

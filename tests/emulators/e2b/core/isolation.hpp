// Whether commands can be given a root directory of their own.
#pragma once

#include <filesystem>

#include "tests/emulators/e2b/emulator.hpp"

namespace sandport::e2b_emulator {

// kBest as what this machine permits, found out by trying. Throws Error kFailedPrecondition when
// namespaces are demanded and not permitted.
[[nodiscard]] Isolation choose_isolation(Isolation wanted,
                                         const std::filesystem::path& guest_program,
                                         const std::filesystem::path& scratch);

}  // namespace sandport::e2b_emulator

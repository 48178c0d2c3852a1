// The skeleton of a sandbox's root directory: what a fresh micro-VM would have.
#pragma once

#include <filesystem>

namespace sandport::e2b_emulator::guest {

// Makes what is missing. Throws std::filesystem::filesystem_error, std::system_error.
void prepare_root(const std::filesystem::path& root);

}  // namespace sandport::e2b_emulator::guest

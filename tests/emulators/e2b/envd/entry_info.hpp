// A file as envd's file-system service tells of it.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "tests/emulators/e2b/envd/guest_files.hpp"

namespace sandport::e2b_emulator {

// path: as the caller asked for it. entry: of the path itself, symlinks not followed.
[[nodiscard]] Task<nlohmann::json> entry_info(GuestFiles& guest, std::string path, FileEntry entry);
// The same, looked up. Throws ConnectFailure kNotFound.
[[nodiscard]] Task<nlohmann::json> entry_info(GuestFiles& guest, std::string path);

// As Go prints a mode: "-rw-r--r--", "drwxr-xr-x", "Lrwxrwxrwx".
[[nodiscard]] std::string permissions_text(FileType type, std::uint32_t mode);

}  // namespace sandport::e2b_emulator

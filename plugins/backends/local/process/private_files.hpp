// Small files of the backend's own, mode 0600.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace sandport_local {

// Replaces the whole file at once. Throws PosixError.
void write_private_file(const std::filesystem::path& path, std::string_view text);

// nullopt when it cannot be read.
[[nodiscard]] std::optional<std::string> read_small_file(const std::filesystem::path& path);

// 16 random hexadecimal digits.
[[nodiscard]] std::string random_name();

}  // namespace sandport_local

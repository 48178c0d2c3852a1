// What clients attach to files: extended attributes named `user.e2b.…`.
#pragma once

#include <map>
#include <string>

namespace sandport::e2b_emulator {

using FileMetadata = std::map<std::string, std::string>;

// path: on this machine. Empty where the file system has no such attributes.
[[nodiscard]] FileMetadata read_file_metadata(const std::string& path);
// Replaces all there is. Nothing happens where the file system has no such attributes.
void write_file_metadata(const std::string& path, const FileMetadata& metadata);

}  // namespace sandport::e2b_emulator

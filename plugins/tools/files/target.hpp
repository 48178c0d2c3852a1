// The file that a call names.
#pragma once

#include <sandport/toolset.hpp>

#include <optional>
#include <string>

#include "options.hpp"

namespace files {

// The absolute path for what the model wrote. Throws Refusal for an empty one, and for a sensitive
// file unless options allow it.
[[nodiscard]] std::string target_path(const sandport::Call& call, const Options& options,
                                      const std::string& given);

// nullopt when there is nothing at path.
[[nodiscard]] sandport::Task<std::optional<sandport::Entry>> find_entry(
    sandport::SandboxView sandbox, std::string path);

// Throws Refusal unless entry is a regular file.
void require_file(const sandport::Entry& entry, const std::string& given);

// "1.4 KiB"
[[nodiscard]] std::string describe_size(std::uint64_t bytes);

}  // namespace files

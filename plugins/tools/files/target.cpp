#include "target.hpp"

#include <array>

#include "sensitive.hpp"
#include "tool_failure.hpp"

namespace files {

std::string target_path(const sandport::Call& call, const Options& options,
                        const std::string& given) {
  if (given.empty()) throw Refusal("path is empty; give the path of a file");
  std::string path = call.resolve(given);
  if (options.sensitive == Guard::kOn && is_sensitive(path)) {
    throw Refusal(given + " holds secrets by its name and is not shown or changed here; ask the " +
                  "user for what you need of it");
  }
  return path;
}

sandport::Task<std::optional<sandport::Entry>> find_entry(sandport::SandboxView sandbox,
                                                          std::string path) {
  try {
    co_return co_await sandbox.stat(path);
  } catch (const sandport::Error& error) {
    if (error.code() != SP_NOT_FOUND) throw;
  }
  co_return std::nullopt;
}

void require_file(const sandport::Entry& entry, const std::string& given) {
  if (entry.type == sandport::FileType::kDirectory) {
    throw Refusal(given + " is a directory; fs_list shows what is in it");
  }
  if (entry.type != sandport::FileType::kRegular) {
    throw Refusal(given + " is no regular file (a device, socket or pipe)");
  }
}

std::string describe_size(std::uint64_t bytes) {
  constexpr std::array<const char*, 4> kUnits{"KiB", "MiB", "GiB", "TiB"};
  if (bytes < 1024) return std::to_string(bytes) + " B";
  std::size_t unit = 0;
  std::uint64_t scale = 1024;
  while (unit + 1 < kUnits.size() && bytes / scale >= 1024) {
    scale *= 1024;
    ++unit;
  }
  const std::uint64_t tenths = bytes * 10 / scale;
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " " + kUnits[unit];
}

}  // namespace files

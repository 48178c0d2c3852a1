#include "tests/emulators/e2b/envd/file_metadata.hpp"

#include <sys/xattr.h>

#include <string_view>

namespace sandport::e2b_emulator {
namespace {

constexpr std::string_view kPrefix = "user.e2b.";

}  // namespace

FileMetadata read_file_metadata(const std::string& path) {
  FileMetadata metadata;
  const ssize_t size = ::listxattr(path.c_str(), nullptr, 0);
  if (size <= 0) return metadata;
  std::string names(static_cast<std::size_t>(size), '\0');
  const ssize_t filled = ::listxattr(path.c_str(), names.data(), names.size());
  if (filled <= 0) return metadata;
  std::string_view rest(names.data(), static_cast<std::size_t>(filled));
  while (!rest.empty()) {
    const std::string name(rest.substr(0, rest.find('\0')));
    rest.remove_prefix(name.size() + 1);
    if (!name.starts_with(kPrefix)) continue;
    std::string value(64 * 1024, '\0');
    const ssize_t length = ::getxattr(path.c_str(), name.c_str(), value.data(), value.size());
    if (length < 0) continue;
    value.resize(static_cast<std::size_t>(length));
    metadata[name.substr(kPrefix.size())] = value;
  }
  return metadata;
}

void write_file_metadata(const std::string& path, const FileMetadata& metadata) {
  for (const auto& [name, value] : read_file_metadata(path)) {
    ::removexattr(path.c_str(), (std::string(kPrefix) + name).c_str());
  }
  for (const auto& [name, value] : metadata) {
    ::setxattr(path.c_str(), (std::string(kPrefix) + name).c_str(), value.data(), value.size(), 0);
  }
}

}  // namespace sandport::e2b_emulator

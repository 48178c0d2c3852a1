#include "tests/emulators/e2b/envd/entry_info.hpp"

#include <unistd.h>

#include <nlohmann/json.hpp>

#include "core/error.hpp"
#include "core/sandbox/path.hpp"
#include "tests/emulators/e2b/core/failure.hpp"
#include "tests/emulators/e2b/core/time_text.hpp"
#include "tests/emulators/e2b/envd/file_metadata.hpp"

namespace sandport::e2b_emulator {
namespace {

using nlohmann::json;

const char* type_name(FileType type) {
  if (type == FileType::kRegular) return "FILE_TYPE_FILE";
  if (type == FileType::kDirectory) return "FILE_TYPE_DIRECTORY";
  return nullptr;  // the default, which is left out
}

// Everything belongs to whoever runs the emulator; inside that is the sandbox's user, or root in
// what is root's.
std::string owner_name(std::uint32_t uid, const std::string& path) {
  if (uid != ::geteuid()) return std::to_string(uid);
  const bool of_root = path == "/root" || path.starts_with("/root/");
  return of_root ? "root" : "user";
}

}  // namespace

std::string permissions_text(FileType type, std::uint32_t mode) {
  std::string text;
  if (type == FileType::kDirectory) text += 'd';
  if (type == FileType::kSymlink) text += 'L';
  if ((mode & 04000) != 0) text += 'u';
  if ((mode & 02000) != 0) text += 'g';
  if ((mode & 01000) != 0) text += 't';
  if (text.empty()) text = "-";
  constexpr std::string_view kBits = "rwxrwxrwx";
  for (std::size_t i = 0; i < kBits.size(); ++i) {
    text += (mode & (0400U >> i)) != 0 ? kBits[i] : '-';
  }
  return text;
}

Task<json> entry_info(GuestFiles& guest, std::string path, FileEntry entry) {
  json info;
  info["name"] = path_name(path);
  info["path"] = path;
  if (entry.size != 0) info["size"] = std::to_string(entry.size);
  info["permissions"] = permissions_text(entry.type, entry.mode);
  info["owner"] = owner_name(entry.uid, path);
  info["group"] = owner_name(entry.gid, path);
  info["modifiedTime"] = rfc3339(entry.modified_ns);
  FileType type = entry.type;
  std::uint32_t mode = entry.mode;
  if (entry.type == FileType::kSymlink) {
    // A link that leads nowhere has itself as its target.
    info["symlinkTarget"] = path;
    mode = 0;
    try {
      const std::string target = co_await guest.resolve(path, Symlinks::kFollow);
      info["symlinkTarget"] = target;
      const FileEntry there = co_await guest.stat(target, Symlinks::kNoFollow);
      type = there.type;
      mode = there.mode;
    } catch (const Error&) {
      type = FileType::kOther;
    }
  }
  if (const char* name = type_name(type)) info["type"] = name;
  if ((mode & 0777) != 0) info["mode"] = mode & 0777;
  if (type == FileType::kRegular) {
    const auto metadata = read_file_metadata(guest.outside(path));
    if (!metadata.empty()) info["metadata"] = metadata;
  }
  co_return info;
}

Task<json> entry_info(GuestFiles& guest, std::string path) {
  std::string problem;
  try {
    FileEntry entry = co_await guest.stat(path, Symlinks::kNoFollow);
    json info = co_await entry_info(guest, path, std::move(entry));
    co_return info;
  } catch (const Error& error) {
    if (error.code() != Code::kNotFound) throw;
    problem = "file not found: lstat " + path + ": no such file or directory";
  }
  throw ConnectFailure(Code::kNotFound, problem);
}

}  // namespace sandport::e2b_emulator

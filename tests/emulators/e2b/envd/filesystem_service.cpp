#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/sandbox/path.hpp"
#include "tests/emulators/e2b/envd/entry_info.hpp"
#include "tests/emulators/e2b/envd/guest_user.hpp"
#include "tests/emulators/e2b/envd/routes.hpp"
#include "tests/emulators/e2b/envd/rpc.hpp"

namespace sandport::e2b_emulator {
namespace {

using nlohmann::json;

json with_entry(json info) {
  json answer;
  answer["entry"] = std::move(info);
  return answer;
}

Task<json> stat_file(Call& call, const json& request) {
  GuestFiles guest(*call.sandbox);
  const std::string path = resolve_guest_path(string_member(request, "path"), rpc_user(call));
  co_return with_entry(co_await entry_info(guest, path));
}

// Depth first, names in the order of their bytes.
bool earlier(const FileEntry& a, const FileEntry& b) {
  return std::lexicographical_compare(
      a.path.begin(), a.path.end(), b.path.begin(), b.path.end(),
      [](unsigned char x, unsigned char y) { return (x == '/' ? 0 : x) < (y == '/' ? 0 : y); });
}

Task<std::string> resolve_directory(GuestFiles& guest, std::string path) {
  std::string real;
  std::string problem;
  Code code = Code::kInternal;
  try {
    real = co_await guest.resolve(path, Symlinks::kFollow);
    const FileEntry entry = co_await guest.stat(real, Symlinks::kFollow);
    if (entry.type == FileType::kDirectory) co_return real;
    code = Code::kInvalidArgument;
    problem = "path is not a directory: " + real;
  } catch (const Error& error) {
    code = error.code();
    problem = error.what();
    if (code == Code::kNotFound)
      problem = "path not found: lstat " + path + ": no such file or directory";
    if (error.reason() == "ELOOP") {
      code = Code::kFailedPrecondition;
      problem = "cyclic symlink or chain >255 links at \"" + path + "\"";
    }
  }
  throw ConnectFailure(code, problem);
}

Task<json> list_directory(Call& call, const json& request) {
  GuestFiles guest(*call.sandbox);
  const std::string path = resolve_guest_path(string_member(request, "path"), rpc_user(call));
  const std::uint32_t depth = std::max<std::uint32_t>(1, number_member(request, "depth"));
  const std::string real = co_await resolve_directory(guest, path);
  const std::string below = guest.outside(real);
  std::vector<FileEntry> entries = co_await guest.files().list(below, depth);
  std::sort(entries.begin(), entries.end(), earlier);
  const std::string shown = normalize_path(path, "/", "/");
  json all = json::array();
  for (FileEntry& entry : entries) {
    const std::string asked = join_path(shown, path_below(entry.path, below));
    all.push_back(co_await entry_info(guest, asked, std::move(entry)));
  }
  json answer = json::object();
  if (!all.empty()) answer["entries"] = std::move(all);
  co_return answer;
}

Task<json> make_directory(Call& call, const json& request) {
  GuestFiles guest(*call.sandbox);
  const std::string path = resolve_guest_path(string_member(request, "path"), rpc_user(call));
  std::optional<FileType> existing;
  try {
    const FileEntry entry = co_await guest.stat(path, Symlinks::kFollow);
    existing = entry.type;
  } catch (const Error& error) {
    if (error.reason() == "ENOTDIR")
      existing = FileType::kRegular;
    else if (error.code() != Code::kNotFound)
      throw;
  }
  if (existing == FileType::kDirectory) {
    throw ConnectFailure(Code::kAlreadyExists, "directory already exists: " + path);
  }
  if (existing) {
    throw ConnectFailure(Code::kInvalidArgument,
                         "path already exists but it is not a directory: " + path);
  }
  const std::string real = co_await guest.resolve_new(path);
  co_await guest.files().mkdir(guest.outside(real), Parents::kCreate, 0755);
  co_return with_entry(co_await entry_info(guest, path));
}

Task<json> move_file(Call& call, const json& request) {
  GuestFiles guest(*call.sandbox);
  const GuestUser user = rpc_user(call);
  const std::string source = resolve_guest_path(string_member(request, "source"), user);
  const std::string destination = resolve_guest_path(string_member(request, "destination"), user);
  bool missing = false;
  try {
    const std::string from = co_await guest.resolve(source, Symlinks::kNoFollow);
    co_await guest.make_parents(destination);
    const std::string parent =
        co_await guest.resolve_new(normalize_path(destination + "/..", "/", "/"));
    const std::string to = join_path(parent, path_name(normalize_path(destination, "/", "/")));
    co_await guest.files().rename(guest.outside(from), guest.outside(to));
  } catch (const Error& error) {
    if (error.code() != Code::kNotFound) throw;
    missing = true;
  }
  if (missing) {
    throw ConnectFailure(Code::kNotFound, "source file not found: rename " + source + " " +
                                              destination + ": no such file or directory");
  }
  co_return with_entry(co_await entry_info(guest, destination));
}

Task<json> remove_file(Call& call, const json& request) {
  GuestFiles guest(*call.sandbox);
  const std::string path = resolve_guest_path(string_member(request, "path"), rpc_user(call));
  try {
    const std::string real = co_await guest.resolve(path, Symlinks::kNoFollow);
    co_await guest.files().remove(guest.outside(real), Removal::kRecursive);
  } catch (const Error& error) {
    if (error.code() != Code::kNotFound) throw;
  }
  co_return json::object();
}

}  // namespace

void add_filesystem_routes(Routes& routes) {
  add_unary(routes, "/filesystem.Filesystem/Stat", stat_file);
  add_unary(routes, "/filesystem.Filesystem/ListDir", list_directory);
  add_unary(routes, "/filesystem.Filesystem/MakeDir", make_directory);
  add_unary(routes, "/filesystem.Filesystem/Move", move_file);
  add_unary(routes, "/filesystem.Filesystem/Remove", remove_file);
}

}  // namespace sandport::e2b_emulator

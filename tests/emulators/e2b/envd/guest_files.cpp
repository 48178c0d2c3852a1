#include "tests/emulators/e2b/envd/guest_files.hpp"

#include <algorithm>
#include <deque>

#include "core/error.hpp"
#include "core/sandbox/path.hpp"

namespace sandport::e2b_emulator {
namespace {

constexpr int kMostLinks = 40;

std::deque<std::string> components(std::string_view path) {
  std::deque<std::string> names;
  while (!path.empty()) {
    const std::size_t slash = path.find('/');
    const std::string_view name = path.substr(0, slash);
    if (!name.empty() && name != ".") names.emplace_back(name);
    path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
  }
  return names;
}

}  // namespace

std::string GuestFiles::outside(std::string_view path) const {
  std::string normal = normalize_path(path, "/", "/");
  if (normal == sandbox_.root || normal.starts_with(sandbox_.root + "/")) return normal;
  return normal == "/" ? sandbox_.root : sandbox_.root + normal;
}

std::string GuestFiles::inside(std::string_view path) const {
  if (path == sandbox_.root) return "/";
  if (!path.starts_with(sandbox_.root + "/")) return std::string(path);
  path.remove_prefix(sandbox_.root.size());
  return std::string(path);
}

Task<std::string> GuestFiles::resolve(std::string path, Symlinks last) {
  std::deque<std::string> rest = components(inside(path));
  std::string done;
  int links = 0;
  while (!rest.empty()) {
    const std::string name = std::move(rest.front());
    rest.pop_front();
    if (name == "..") {
      done.erase(std::min(done.size(), done.rfind('/')));
      continue;
    }
    const std::string here = done + "/" + name;
    const FileEntry entry = co_await files().stat(sandbox_.root + here, Symlinks::kNoFollow);
    if (entry.type != FileType::kSymlink || (rest.empty() && last == Symlinks::kNoFollow)) {
      done = here;
      continue;
    }
    if (++links > kMostLinks) {
      throw Error(Code::kFailedPrecondition, "too many links: " + path, Retry::kNo, {}, "ELOOP");
    }
    std::deque<std::string> target = components(entry.symlink_target);
    if (entry.symlink_target.starts_with('/')) done.clear();
    rest.insert(rest.begin(), target.begin(), target.end());
  }
  co_return done.empty() ? "/" : done;
}

Task<std::string> GuestFiles::resolve_new(std::string path) {
  const std::string normal = inside(outside(path));
  bool missing = false;
  try {
    co_return co_await resolve(normal, Symlinks::kFollow);
  } catch (const Error& error) {
    if (error.code() != Code::kNotFound) throw;
    missing = true;
  }
  if (missing && normal == "/") co_return normal;
  const std::string name(path_name(normal));
  const std::string parent = co_await resolve_new(normal.substr(0, normal.rfind('/')));
  co_return join_path(parent, name);
}

Task<FileEntry> GuestFiles::stat(std::string path, Symlinks symlinks) {
  // By far the most paths have no symlink that leads outside, and cost one call.
  try {
    co_return co_await files().stat(outside(path), symlinks);
  } catch (const Error& error) {
    if (error.code() != Code::kPermissionDenied) throw;
  }
  const std::string real = co_await resolve(path, symlinks);
  co_return co_await files().stat(sandbox_.root + real, symlinks);
}

Task<void> GuestFiles::make_parents(std::string path) {
  const std::string normal = co_await resolve_new(path);
  const std::string parent = normal.substr(0, normal.rfind('/'));
  if (!parent.empty()) co_await files().mkdir(sandbox_.root + parent, Parents::kCreate, 0755);
}

}  // namespace sandport::e2b_emulator

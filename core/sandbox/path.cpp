#include "core/sandbox/path.hpp"

#include <vector>

#include "core/error.hpp"

namespace sandport {
namespace {

void append_components(std::vector<std::string_view>& components, std::string_view path) {
  while (!path.empty()) {
    const auto slash = path.find('/');
    const auto component = path.substr(0, slash);
    path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
    if (component.empty() || component == ".") continue;
    if (component != "..") {
      components.push_back(component);
    } else if (!components.empty()) {
      components.pop_back();
    }
  }
}

bool is_absolute(std::string_view path) { return path.starts_with('/'); }

}  // namespace

std::string normalize_path(std::string_view path, std::string_view work_dir,
                           std::string_view home) {
  if (path.find('\0') != std::string_view::npos) {
    throw Error(Code::kInvalidArgument, "a path may not contain a NUL byte");
  }
  std::string_view start = "/";
  if (path == "~" || path.starts_with("~/")) {
    path.remove_prefix(1);
    start = home;
  } else if (!is_absolute(path)) {
    start = work_dir;
  }
  std::vector<std::string_view> components;
  if (!is_absolute(start)) {
    throw Error(Code::kInvalidArgument, "the path '" + std::string{path} +
                                            "' is relative, and where it starts is unknown; give "
                                            "an absolute path");
  }
  append_components(components, start);
  append_components(components, path);
  if (components.empty()) return "/";
  std::string result;
  for (const auto component : components) result.append("/").append(component);
  return result;
}

std::string join_path(std::string_view directory, std::string_view name) {
  std::string path{directory};
  if (!path.ends_with('/')) path += '/';
  return path.append(name);
}

std::string_view path_name(std::string_view path) {
  while (path.ends_with('/')) path.remove_suffix(1);
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

std::string_view path_below(std::string_view path, std::string_view root) {
  while (root.ends_with('/')) root.remove_suffix(1);
  if (!path.starts_with(root)) return path;
  auto rest = path.substr(root.size());
  if (!rest.empty() && !rest.starts_with('/')) return path;
  while (rest.starts_with('/')) rest.remove_prefix(1);
  return rest;
}

}  // namespace sandport

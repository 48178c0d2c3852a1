#include "host/plugin/registry.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "core/error.hpp"

namespace sandport {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSuffix = ".sandport.so";

[[noreturn]] void fail_not_found(std::string_view kind, std::string_view name,
                                 const std::vector<ListedPlugin>& listed,
                                 const std::vector<fs::path>& search_path) {
  std::set<std::string> names;
  for (const ListedPlugin& entry : listed) {
    if (entry.plugin == nullptr) continue;
    for (const sp_kind* offered : entry.plugin->kinds()) {
      if (view(offered->kind) == kind) names.emplace(view(offered->name));
    }
  }
  std::vector<std::string> folders;
  for (const fs::path& folder : search_path) folders.push_back(folder.string());
  throw Error(
      Code::kNotFound,
      fmt::format("no {} plugin is named \"{}\"; there is {}; looked in {}; install it there "
                  "or name its file with `file:`",
                  kind, name, names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", ")),
                  folders.empty() ? "no folder" : fmt::format("{}", fmt::join(folders, ", "))));
}

}  // namespace

PluginRegistry::PluginRegistry(std::vector<fs::path> search_path)
    : search_path_(std::move(search_path)) {}

FoundPlugin PluginRegistry::find(std::string_view kind, std::string_view name, const fs::path& file,
                                 std::string_view sha256) {
  if (!file.empty()) {
    auto plugin = load(file, sha256);
    const sp_kind* found = plugin->find(kind, name);
    if (found == nullptr) {
      std::vector<std::string> offered;
      for (const sp_kind* entry : plugin->kinds()) {
        offered.push_back(fmt::format("{} {}", view(entry->kind), view(entry->name)));
      }
      throw Error(Code::kNotFound,
                  fmt::format("{}: has no {} named \"{}\"; it has {}", file.string(), kind, name,
                              fmt::join(offered, ", ")));
    }
    return {std::move(plugin), found};
  }
  for (const fs::path& directory : search_path_) {
    const fs::path candidate = directory / fmt::format("{}{}", name, kSuffix);
    std::error_code error;
    if (fs::exists(candidate, error)) {
      auto plugin = load(candidate, sha256);
      if (const sp_kind* found = plugin->find(kind, name)) return {std::move(plugin), found};
    }
  }
  // A file may be named otherwise, or hold several plugins. Only now, since each that is looked
  // into is loaded. One that is broken is not our business here: `plugin list` shows it.
  for (const fs::path& directory : search_path_) {
    for (const fs::path& other : files(directory)) {
      try {
        auto plugin = load(other, sha256);
        if (const sp_kind* found = plugin->find(kind, name)) return {std::move(plugin), found};
      } catch (const Error&) {
        continue;
      }
    }
  }
  fail_not_found(kind, name, list(), search_path_);
}

std::vector<ListedPlugin> PluginRegistry::list() {
  std::vector<ListedPlugin> listed;
  for (const fs::path& directory : search_path_) {
    for (const fs::path& file : files(directory)) {
      ListedPlugin entry{.file = file, .plugin = nullptr, .problem = {}, .shadowed_by = {}};
      try {
        entry.plugin = load(file, {});
      } catch (const Error& error) {
        entry.problem = error.what();
      }
      listed.push_back(std::move(entry));
    }
  }
  for (ListedPlugin& entry : listed) {
    if (entry.plugin != nullptr) entry.shadowed_by = shadow_of(*entry.plugin, entry.file);
  }
  return listed;
}

fs::path PluginRegistry::shadow_of(const LoadedPlugin& plugin, const fs::path& file) {
  for (const sp_kind* kind : plugin.kinds()) {
    try {
      const FoundPlugin chosen = find(view(kind->kind), view(kind->name));
      if (chosen.plugin->file() != file) return chosen.plugin->file();
    } catch (const Error&) {
      continue;  // the file of that name is broken: it is listed by itself
    }
  }
  return {};
}

std::shared_ptr<const LoadedPlugin> PluginRegistry::load(const fs::path& file,
                                                         std::string_view sha256) {
  auto& slot = loaded_[{file, std::string(sha256)}];
  if (slot == nullptr) slot = LoadedPlugin::load(file, sha256);
  return slot;
}

std::vector<fs::path> PluginRegistry::files(const fs::path& directory) const {
  std::vector<fs::path> found;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(directory, error)) {
    if (entry.path().filename().string().ends_with(kSuffix)) found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace sandport

// Finds plugins by what a manifest says, and loads each file once.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "host/plugin/loaded_plugin.hpp"

namespace sandport {

struct FoundPlugin {
  std::shared_ptr<const LoadedPlugin> plugin;
  const sp_kind* kind = nullptr;
};

// One plugin file of the search path, for `plugin list`.
struct ListedPlugin {
  std::filesystem::path file;
  std::shared_ptr<const LoadedPlugin> plugin;  // null when it cannot be loaded
  std::string problem;                         // why not
  std::filesystem::path shadowed_by;           // the file that find() takes in its place
};

// Not safe from several threads at once.
class PluginRegistry {
 public:
  explicit PluginRegistry(std::vector<std::filesystem::path> search_path);

  // The plugin of that kind and name. With `file`, that file and no other. Otherwise the first
  // <name>.sandport.so of the search path, else the first file there that offers it. Throws Error
  // kNotFound, naming what there is and where was looked, or what LoadedPlugin::load throws.
  [[nodiscard]] FoundPlugin find(std::string_view kind, std::string_view name,
                                 const std::filesystem::path& file = {},
                                 std::string_view sha256 = {});

  // Everything on the search path, in its order.
  [[nodiscard]] std::vector<ListedPlugin> list();

  [[nodiscard]] const std::vector<std::filesystem::path>& search_path() const {
    return search_path_;
  }

 private:
  std::filesystem::path shadow_of(const LoadedPlugin& plugin, const std::filesystem::path& file);
  std::shared_ptr<const LoadedPlugin> load(const std::filesystem::path& file,
                                           std::string_view sha256);
  [[nodiscard]] std::vector<std::filesystem::path> files(
      const std::filesystem::path& directory) const;

  std::vector<std::filesystem::path> search_path_;
  std::map<std::pair<std::filesystem::path, std::string>, std::shared_ptr<const LoadedPlugin>>
      loaded_;
};

}  // namespace sandport
